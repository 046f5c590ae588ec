/** A run that is real in every part and small in every number: for tests of what happens around learning. */
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainParams, TrainSettings } from '../../../extension/protocol/engineApi';
import type { RunSurroundings } from '../../../extension/engine/learn/trainingRun';
import { repository } from '../../editor/harness/places';

export const baseModel = join(repository, 'models', 'all-MiniLM-L6-v2');

/** The base model's first two layers as a model of its own: whatever does not rest on its depth takes half the time with it. */
export async function shallowBase(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-shallow-'));
  await cp(baseModel, folder, { recursive: true });
  const config = join(folder, 'config.json');
  const json = JSON.parse(await readFile(config, 'utf8')) as Record<string, unknown>;
  await writeFile(config, JSON.stringify({ ...json, num_hidden_layers: 2 }));
  return folder;
}

const openings = [
  'this morning',
  'yesterday',
  'last night',
  'on friday',
  'again',
  'in may',
  'at last',
  'today',
];
const subjects: Readonly<Record<string, readonly string[]>> = {
  sport: ['the striker scored twice', 'a late goal won the cup', 'the team lost the final'],
  business: ['shares of the bank fell', 'profits of the oil company rose', 'the central bank raised rates'],
  weather: ['heavy rain flooded the valley', 'snow closed the mountain road', 'the storm brought down trees'],
};

/** 72 short texts of three classes; five of each class with their label. */
export function tinyTexts(): { text: string; label: string; given: boolean }[] {
  const rows = Object.entries(subjects).flatMap(([label, sentences]) =>
    openings.flatMap((opening, o) =>
      sentences.map((sentence, s) => ({ text: `${opening} ${sentence}`, label, given: o * 3 + s < 5 })),
    ),
  );
  // Classes in turn, as in life.
  return rows.map((_, i) => rows[(i * 29) % rows.length] as (typeof rows)[number]);
}

/** A run that says nothing to anyone, and cannot be cancelled. */
export function surroundings(over: Partial<RunSurroundings> = {}): RunSurroundings {
  return {
    defaultBase: baseModel,
    now: () => performance.now(),
    onProgress: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    ...over,
  };
}

/** Parameters of a run over `tinyTexts` in a folder of its own. */
export async function tinyParams(settings: TrainSettings = {}): Promise<TrainParams> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-run-'));
  const dataFile = join(folder, 'data.jsonl');
  const lines = tinyTexts().map(({ text, label, given }) =>
    JSON.stringify(given ? { text, label } : { text }),
  );
  await writeFile(dataFile, `${lines.join('\n')}\n`);
  return {
    runId: 'tiny',
    dataFile,
    runDir: join(folder, 'run'),
    modelDir: join(folder, 'model'),
    settings: { seed: 1, steps: 12, students: [[0], [1]], ...settings },
  };
}
