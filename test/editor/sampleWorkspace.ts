import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './harness/places';

/** A training that is over in seconds: nothing about it is a measurement. */
const quick = {
  seed: 1,
  device: 'cpu',
  students: [
    [0, 1],
    [0, 3],
  ],
  windowTokens: 48,
  teachSteps: 8,
  steps: 12,
  evaluateEvery: 4,
  teachBatch: 6,
  labelledBatch: 4,
  unlabelledBatch: 4,
};
const unlabelledMails = 24;

export interface SampleWorkspace {
  readonly folder: string;
  /** Parsed lines of the label journal. */
  journal(): Promise<JournalLine[]>;
  remove(): Promise<void>;
}

/** What the tests look at in a line of the journal. */
export interface JournalLine {
  readonly op: string;
  readonly label?: string;
  readonly text: { readonly path: string; readonly quote?: string };
}

/**
 * A copy of the built sample project, with its labelled mails and a few others, that trains quickly.
 * @param settings over those that make it quick
 */
export async function sampleWorkspace(settings: object = {}): Promise<SampleWorkspace> {
  const folder = join(await mkdtemp(join(tmpdir(), 'nanonet-sample-')), 'mail sample');
  await cp(join(repository, 'dist', 'sample'), folder, { recursive: true });
  const project = join(folder, '.nanonet', 'mail');
  const journal = async (): Promise<JournalLine[]> => {
    const lines = (await readFile(join(project, 'labels.jsonl'), 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as JournalLine);
  };
  const labelled = new Set((await journal()).map(({ text }) => text.path));
  const others = (await readdir(join(folder, 'mails')))
    .map((name) => `mails/${name}`)
    .filter((path) => !labelled.has(path));
  for (const path of others.sort().slice(unlabelledMails)) await rm(join(folder, path));
  const file = join(project, 'classifier.json');
  const classifier = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...classifier, settings: { ...quick, ...settings } }, null, 2));
  return { folder, journal, remove: () => rm(join(folder, '..'), { recursive: true, force: true }) };
}
