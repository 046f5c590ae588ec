/** From a corpus to what the engine trains on, and back to a run that was interrupted. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AppError, messageOf } from '../protocol/appError';
import type { LabelDescriptions, TrainParams, TrainSettings } from '../protocol/engineApi';
import type { Classifier } from './classifier';
import { Breaths } from './breaths';
import { labelCounts, type Corpus, type LabelledTexts } from './corpus';
import { writeAtomically } from './durable';
import { readJson } from './jsonText';
import { modelsDir, nextVersion, runsDir, versionsIn } from './modelStore';

/** Fewest classes that can be told apart. */
const fewestClasses = 2;
const runFile = 'run.json';
const rowsOfAPiece = 50;

const runSchema = z.looseObject({
  createdAt: z.iso.datetime(),
  /** sha256 of data.jsonl. */
  data: z.string(),
  /** The settings as JSON: another setting is another run. */
  settings: z.string(),
  /** Likewise what the labels mean, where somebody said it. */
  descriptions: z.optional(z.string()),
  /** The student that is exported, where somebody chose one. */
  student: z.optional(z.string()),
});

/** A run that can be handed to the engine. */
export interface Run {
  /** Of the model that it will make: 'v3'. */
  readonly version: string;
  readonly params: TrainParams;
  /** True when it goes on where an interrupted run of the same data and settings was. */
  readonly resumed: boolean;
}

/** What is needed before training can begin, as the one sentence that helps most; undefined when all is there. */
export function missingForTraining(corpus: LabelledTexts, classifier: Classifier): string | undefined {
  const { labels, sources, name } = classifier;
  if (labels.length < fewestClasses) {
    return `Add labels to "${name}": training needs at least ${fewestClasses}, it has ${labels.length}.`;
  }
  if (corpus.texts.length === 0) {
    const globs = sources.map(({ glob }) => glob).join(', ');
    return `Add a source: ${globs === '' ? `"${name}" has none` : `no texts found by ${globs}`}.`;
  }
  const counts = labelCounts(corpus, classifier);
  if (counts.filter(({ count }) => count > 0).length >= fewestClasses) return undefined;
  const lacking = counts.find(({ count }) => count === 0);
  return lacking && `Label a text of "${lacking.label}"; it has none.`;
}

/**
 * Makes the run's folder with its data, or finds the interrupted run that this one would repeat.
 *
 * @param root the workspace folder
 * @param student the one to export, in place of the one that promises most
 * @throws AppError('runs/not-ready') with the sentence of `missingForTraining`, AppError('runs/not-prepared')
 */
export async function prepareRun(
  root: string,
  classifier: Classifier,
  corpus: Corpus,
  { now, student }: { readonly now: Date; readonly student?: string | undefined },
): Promise<Run> {
  const missing = missingForTraining(corpus, classifier);
  if (missing !== undefined) throw new AppError('runs/not-ready', missing);
  const interrupted = await findInterrupted(root, classifier, corpus, student);
  if (interrupted) return interrupted;
  const data = await dataOf(corpus.texts);
  try {
    const before = (await versionsIn(runsDir(root, classifier.name))).at(-1);
    const version = await claimVersion(root, classifier.name);
    const { dataFile, runDir } = pathsOf(root, classifier.name, version);
    await mkdir(modelsDir(root, classifier.name), { recursive: true });
    await writeAtomically(dataFile, data.pieces);
    if (before !== undefined) await takeWork(pathsOf(root, classifier.name, before).runDir, runDir);
    const facts = {
      createdAt: now.toISOString(),
      data: data.sha256,
      settings: settingsOf(classifier),
      descriptions: JSON.stringify(descriptionsOf(classifier, corpus)),
      student,
    };
    // Written last: a run with this file is whole.
    await writeAtomically(join(runDir, runFile), `${JSON.stringify(facts, undefined, 2)}\n`);
    return { version, params: paramsOf(root, classifier, corpus, { version, student }), resumed: false };
  } catch (error) {
    const where = runsDir(root, classifier.name);
    throw new AppError('runs/not-prepared', `The run cannot be written to ${where} (${messageOf(error)}).`, {
      cause: error,
    });
  }
}

/**
 * The newest run that made no model, when texts, labels, what these mean, and settings are still those that it began with.
 * @param student that it must export; any when left out
 */
export async function findInterrupted(
  root: string,
  classifier: Classifier,
  corpus: Corpus,
  student?: string,
): Promise<Run | undefined> {
  const version = (await versionsIn(runsDir(root, classifier.name))).at(-1);
  if (version === undefined) return undefined;
  const { runDir, modelDir, dataFile } = pathsOf(root, classifier.name, version);
  if ((await exists(modelDir)) || !(await exists(dataFile))) return undefined;
  try {
    const facts = await readJson(join(runDir, runFile), runSchema, 'runs/not-read');
    if (student !== undefined && facts.student !== student) return undefined;
    if (facts.settings !== settingsOf(classifier)) return undefined;
    if (facts.descriptions !== JSON.stringify(descriptionsOf(classifier, corpus))) return undefined;
    if (facts.data !== (await dataOf(corpus.texts)).sha256) return undefined;
    const params = paramsOf(root, classifier, corpus, { version, student: facts.student });
    return { version, params, resumed: true };
  } catch (error) {
    // A run that never got so far, or that somebody changed: a new one is begun instead.
    if (AppError.is(error, 'runs/not-read')) return undefined;
    throw error;
  }
}

/**
 * Where the engine reads the texts that are being labelled, and keeps their places in the base model's space: beside the
 * runs, and like them not in git.
 */
export function deskPaths(
  root: string,
  classifier: string,
  asker = 'data',
): { dataFile: string; cacheDir: string } {
  const cacheDir = join(runsDir(root, classifier), 'desk');
  return { dataFile: join(cacheDir, `${asker}.jsonl`), cacheDir };
}

/** What a run learned from, a text a row. @param version of the model that it made */
export function runDataFile(root: string, classifier: string, version: string): string {
  return pathsOf(root, classifier, version).dataFile;
}

/** Writes texts as the engine reads them, a row each, in their order. */
export async function writeRows(file: string, texts: Corpus['texts']): Promise<void> {
  await writeAtomically(file, (await dataOf(texts)).pieces);
}

/** What the engine reads: JSON Lines as `protocol/jsonLines.ts` has them. */
interface RunData {
  readonly pieces: readonly Buffer[];
  readonly sha256: string;
}

/** In pieces, with breaths between: a corpus may be large, and the editor waits. */
async function dataOf(texts: Corpus['texts']): Promise<RunData> {
  const breaths = new Breaths();
  const pieces: Buffer[] = [];
  const hash = createHash('sha256');
  for (let at = 0; at < texts.length; at += rowsOfAPiece) {
    const rows = texts.slice(at, at + rowsOfAPiece);
    const piece = Buffer.from(
      rows
        .map(({ id, text, label, noneFits: none }) => `${JSON.stringify({ id, text, label, none })}\n`)
        .join(''),
    );
    hash.update(piece);
    pieces.push(piece);
    await breaths.breathe();
  }
  return { pieces, sha256: hash.digest('hex') };
}

/**
 * Where only labels have come, the texts are placed already; where only another student is to be exported, all have learned. The
 * engine's files say what they belong to, so that those of other texts or settings are of no use and do no harm.
 */
async function takeWork(from: string, to: string): Promise<void> {
  const isWork = /^(embeddings-[0-9a-f]+\.f32|(teach|train)(-\d+)?\.safetensors)$/;
  const names = (await readdir(from)).filter((name) => isWork.test(name));
  for (const name of names) await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
}

/** Takes the next free version by making its run folder: two windows never get the same. */
async function claimVersion(root: string, classifier: string): Promise<string> {
  await mkdir(runsDir(root, classifier), { recursive: true });
  for (;;) {
    const version = await nextVersion(root, classifier);
    try {
      await mkdir(join(runsDir(root, classifier), version));
      return version;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

function pathsOf(
  root: string,
  classifier: string,
  version: string,
): { runDir: string; dataFile: string; modelDir: string } {
  const runDir = join(runsDir(root, classifier), version);
  return {
    runDir,
    dataFile: join(runDir, 'data.jsonl'),
    modelDir: join(modelsDir(root, classifier), version),
  };
}

function paramsOf(
  root: string,
  classifier: Classifier,
  corpus: Corpus,
  { version, student }: { readonly version: string; readonly student: string | undefined },
): TrainParams {
  const { runDir, dataFile, modelDir } = pathsOf(root, classifier.name, version);
  const settings: TrainSettings = { ...classifier.settings, ...(student !== undefined && { student }) };
  const descriptions = descriptionsOf(classifier, corpus);
  return {
    runId: `${classifier.name}/${version}`,
    dataFile,
    runDir,
    modelDir,
    settings,
    ...(descriptions && { descriptions }),
  };
}

/** What is said of the labels that texts have, in one order; undefined where nothing is. */
function descriptionsOf({ labels }: Classifier, { texts }: Corpus): LabelDescriptions | undefined {
  const there = new Set(texts.map(({ label }) => label));
  const told = labels
    .flatMap(({ name, description = '' }) => (there.has(name) ? [[name, description.trim()] as const] : []))
    .filter(([, description]) => description !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return told.length > 0 ? Object.fromEntries(told) : undefined;
}

/** Settings in one spelling, whatever the order of the fields. */
function settingsOf(classifier: Classifier): string {
  const fields = Object.entries(classifier.settings ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(fields));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
