/** What a person decided about the models of a classifier: which is used, and what they are called. `models/choices.json`. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AppError, messageOf } from '../protocol/appError';
import { syncFolder, writeAtomically } from './durable';
import { readJson } from './jsonText';
import { modelsDir, runsDir, versionNumber, versionsIn } from './modelStore';

const longestName = 60;

const choicesSchema = z.looseObject({
  /** The model that is used, as long as none is newer than `over`: what is trained next is used again. */
  used: z.optional(z.object({ version: z.string(), over: z.string() })),
  names: z.optional(z.record(z.string(), z.string())),
});

export type ModelChoices = z.infer<typeof choicesSchema>;

/** None where there is no file, or none that can be read: then the newest model is used, under its number. */
export async function readChoices(root: string, classifier: string): Promise<ModelChoices> {
  try {
    return await readJson(choicesFile(root, classifier), choicesSchema, 'models/not-read');
  } catch (error) {
    if (AppError.is(error, 'models/not-read')) return {};
    throw error;
  }
}

/** Rolls back, or forward again. @throws AppError('models/not-saved') */
export async function chooseModel(root: string, classifier: string, version: string): Promise<void> {
  const over = (await versionsIn(modelsDir(root, classifier))).at(-1) ?? version;
  await change(root, classifier, (choices) => ({ ...choices, used: { version, over } }));
}

/** What is wrong with a model's name, as one sentence. An empty one takes the name away. */
export function checkModelName(name: string): string | undefined {
  if (name.trim().length > longestName) return `A model's name has at most ${longestName} characters.`;
  if (/\p{Cc}/u.test(name)) return "A model's name is one line without control characters.";
  return undefined;
}

/** @throws AppError('models/bad-name'), AppError('models/not-saved') */
export async function nameModel(
  root: string,
  classifier: string,
  version: string,
  name: string,
): Promise<void> {
  const complaint = checkModelName(name);
  if (complaint !== undefined) throw new AppError('models/bad-name', complaint);
  await change(root, classifier, ({ names = {}, ...choices }) => {
    const others = without(names, version);
    return { ...choices, names: name.trim() === '' ? others : { ...others, [version]: name.trim() } };
  });
}

/**
 * To be called when a model's folder is gone: takes its name and what its run has kept of the texts along. The run's folder
 * stays, so that the number is not given again.
 */
export async function forgetModel(root: string, classifier: string, version: string): Promise<void> {
  const run = join(runsDir(root, classifier), version);
  await rm(run, { recursive: true, force: true });
  await writeAtomically(join(run, 'deleted'), '');
  await syncFolder(runsDir(root, classifier));
  await change(root, classifier, ({ names = {}, ...choices }) => ({
    ...choices,
    names: without(names, version),
  }));
}

/** The version that the choice comes to; undefined when it is over, or its model is gone. */
export function chosenVersion({ used }: ModelChoices, versions: readonly string[]): string | undefined {
  if (!used || !versions.includes(used.version)) return undefined;
  return versions.every((version) => versionNumber(version) <= versionNumber(used.over))
    ? used.version
    : undefined;
}

function without(names: Readonly<Record<string, string>>, version: string): Record<string, string> {
  return Object.fromEntries(Object.entries(names).filter(([named]) => named !== version));
}

async function change(
  root: string,
  classifier: string,
  renew: (choices: ModelChoices) => ModelChoices,
): Promise<void> {
  const file = choicesFile(root, classifier);
  try {
    const choices = renew(await readChoices(root, classifier));
    await writeAtomically(file, `${JSON.stringify(choices, undefined, 2)}\n`);
  } catch (error) {
    throw new AppError(
      'models/not-saved',
      `${file} was not saved (${messageOf(error)}); mend that and try again.`,
      { cause: error },
    );
  }
}

function choicesFile(root: string, classifier: string): string {
  return join(modelsDir(root, classifier), 'choices.json');
}
