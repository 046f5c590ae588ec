/** The benchmark sets: read where they lie, never copied into the project. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Evaluation } from '../../../extension/protocol/engineApi';
import { Random } from '../../../extension/engine/learn/random';
import type { TrainResult } from '../../../extension/protocol/snapshot';
import { repository, testOutput } from '../../editor/harness/places';

/** `NANONET_DATA`, or `shared/data` beside the project. */
export const dataFolder = resolve(process.env['NANONET_DATA'] ?? join(repository, '..', 'shared', 'data'));

export interface SplitRun {
  /** On the full test, 0 to 1. */
  readonly evaluation: Evaluation;
  /** Of the whole command. */
  readonly trainMs: number;
  readonly peakMemoryBytes: number;
  readonly modelDir: string;
}

interface Row {
  readonly text: string;
  readonly label?: string;
}

/** @throws Error that says where the sets are looked for */
export async function readRows(set: string, file: 'pool' | 'test'): Promise<Row[]> {
  const path = join(dataFolder, set, `${file}.jsonl`);
  if (!existsSync(path))
    throw new Error(`${path} is not there; set NANONET_DATA to the benchmark sets' folder.`);
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

/** Which rows of the pool a split names; 'all' is every row. */
async function namedRows(set: string, split: string): Promise<ReadonlySet<number>> {
  if (split === 'all') return new Set((await readRows(set, 'pool')).keys());
  const file = join(dataFolder, set, 'splits.json');
  const splits = JSON.parse(await readFile(file, 'utf8')) as Record<string, readonly number[]>;
  const given = new Set(splits[split] ?? (await drawnRows(set, split)));
  if (given.size === 0) throw new Error(`${set} has no split ${split}.`);
  return given;
}

/** Beyond the splits that a set comes with, '10-6' is as many labels of each class, drawn by its number. */
async function drawnRows(set: string, split: string): Promise<number[]> {
  const [, each, number] = /^(\d+)-(\d+)$/.exec(split) ?? [];
  if (each === undefined || number === undefined) return [];
  const rows = await readRows(set, 'pool');
  const order = Random.of(set, split).shuffle([...rows.keys()]);
  const labels = new Set(rows.map(({ label }) => label));
  return [...labels].flatMap((label) =>
    order.filter((row) => rows[row]?.label === label).slice(0, Number(each)),
  );
}

/** The texts whose labels a split gives. */
export async function givenRows(set: string, split: string): Promise<Row[]> {
  const named = await namedRows(set, split);
  return (await readRows(set, 'pool')).filter((_, i) => named.has(i));
}

/** The pool with the labels of one split, as the file that `nanonet train` reads. */
export async function splitFile(set: string, split: string): Promise<string> {
  const given = await namedRows(set, split);
  const rows = (await readRows(set, 'pool')).map(({ text, label }, i) =>
    given.has(i) ? { text, label } : { text },
  );
  return writeRows(`${set}-${split}`, rows);
}

/** The texts of the pool whose labels a split does not give, with these: what a recipe may be chosen on. */
export async function othersFile(set: string, split: string): Promise<string> {
  const given = await namedRows(set, split);
  const rows = (await readRows(set, 'pool')).filter((_, i) => !given.has(i));
  return writeRows(`${set}-${split}-others`, rows);
}

async function writeRows(name: string, rows: readonly object[]): Promise<string> {
  const folder = join(testOutput, 'accept', 'data');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

const finished = new Map<string, Promise<SplitRun>>();

/**
 * Trains on a split and evaluates on the full test, through the command line. Each combination is run once, however
 * many lines ask for it; what the same build has measured before, in a suite that was stopped, is not run again. Training
 * does not see the test.
 */
export function runSplit(set: string, split: string, ...options: readonly string[]): Promise<SplitRun> {
  const name = nameOf(set, split, options);
  const known = finished.get(name) ?? trainAndEvaluate(set, split, name, options);
  finished.set(name, known);
  return known;
}

/** The same, whatever was measured before: for times. */
export async function runSplitAnew(set: string, split: string): Promise<SplitRun> {
  const name = nameOf(set, split, []);
  finished.delete(name);
  await rm(measuredFile(modelOf(name)), { force: true });
  return runSplit(set, split);
}

function nameOf(set: string, split: string, options: readonly string[]): string {
  return [set, split, ...options].join('').replaceAll('--', '-');
}

function modelOf(name: string): string {
  return join(testOutput, 'accept', 'models', name);
}

function trainAndEvaluate(
  set: string,
  split: string,
  name: string,
  options: readonly string[],
): Promise<SplitRun> {
  const modelDir = modelOf(name);
  return measuredOnce(modelDir, () => trainedAndEvaluated(set, split, name, modelDir, options));
}

/** What this build measured of a model before stands; else it is measured now. */
export async function measuredOnce<T>(modelDir: string, measure: () => Promise<T>): Promise<T> {
  const build = await digestOfBuild();
  const known = await measuredBefore<T>(modelDir, build);
  if (known !== undefined) return known;
  const run = await measure();
  await writeFile(measuredFile(modelDir), JSON.stringify({ build, run }));
  return run;
}

async function trainedAndEvaluated(
  set: string,
  split: string,
  name: string,
  modelDir: string,
  options: readonly string[],
): Promise<SplitRun> {
  await rm(modelDir, { recursive: true, force: true });
  await rm(`${modelDir}.run`, { recursive: true, force: true });
  const data = await splitFile(set, split);
  const started = performance.now();
  const trained = await nanonet('train', data, '--out', modelDir, '--json', ...options);
  const trainMs = performance.now() - started;
  const { peakMemoryBytes } = JSON.parse(trained) as TrainResult;
  const test = join(dataFolder, set, 'test.jsonl');
  const evaluation = JSON.parse(await nanonet('evaluate', modelDir, test, '--json')) as Evaluation;
  const accuracy = `${(100 * evaluation.accuracy).toFixed(2)} %`;
  process.stderr.write(
    `   ${name}: ${accuracy}, ${Math.round(trainMs / 1000)} s, ${Math.round(peakMemoryBytes / 1e6)} MB at most\n`,
  );
  return { evaluation, trainMs, peakMemoryBytes, modelDir };
}

function measuredFile(modelDir: string): string {
  return `${modelDir}.measured.json`;
}

/** SHA-256 of what trains and evaluates. */
async function digestOfBuild(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['engine.js', 'cli.js']) hash.update(await readFile(join(repository, 'dist', file)));
  return hash.digest('hex');
}

/** Of this build; undefined too where the model is no longer there. */
async function measuredBefore<T>(modelDir: string, build: string): Promise<T | undefined> {
  const file = measuredFile(modelDir);
  if (!existsSync(file) || !existsSync(join(modelDir, 'config.json'))) return undefined;
  const kept = JSON.parse(await readFile(file, 'utf8')) as { build: string; run: T };
  return kept.build === build ? kept.run : undefined;
}

/** @returns what it printed. @throws Error with the end of what it said, when it does not exit with 0 */
export function nanonet(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const program = join(repository, 'dist', 'cli.js');
    execFile(process.execPath, [program, ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`nanonet ${args[0]}: ${stderr.slice(-1000)}`));
    });
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Standard deviation of a sample; 0 of one value. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, x) => sum + (x - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
