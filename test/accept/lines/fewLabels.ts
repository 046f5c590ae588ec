/** Few labels: six sets, the student that the product picks, `nanonet evaluate` on the full tests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measured } from '../framework';
import { deviation, mean, runSplit, type SplitRun } from './benchmarkSets';
import { minutes, percent } from './figures';
import { regressionAccuracy } from './regression';

interface Reference {
  /** Of ten labels a class: best simple peer, LoRA on the labels alone with all six layers, and the least that is asked for. */
  readonly peer: number;
  readonly tuned: number;
  readonly floor: number;
  /** The best simple peer with thirty labels a class; logistic regression is measured where none is known. */
  readonly peerOfThirty?: number;
}

const references: Readonly<Record<string, Reference>> = {
  ag_news: { peer: 0.829, tuned: 0.765, floor: 0.87, peerOfThirty: 0.857 },
  banking77: { peer: 0.855, tuned: 0.853, floor: 0.87 },
  stackoverflow20: { peer: 0.799, tuned: 0.886, floor: 0.88 },
  trec6: { peer: 0.574, tuned: 0.797, floor: 0.8, peerOfThirty: 0.711 },
  nlbse_issues: { peer: 0.522, tuned: 0.518, floor: 0.57, peerOfThirty: 0.603 },
  sst2: { peer: 0.659, tuned: 0.629, floor: 0.7, peerOfThirty: 0.699 },
};
const sets = Object.keys(references);
const leastMean = 0.78;
const mostError = 0.06;
const leastPrecision = 0.93;
const longestMs = 5 * 60_000;
const mostMemory = 1.5e9;

function accuraciesOf(runs: readonly SplitRun[]): number[] {
  return runs.map(({ evaluation }) => evaluation.accuracy);
}

async function runsOf(
  set: string,
  labels: number,
  splits: number,
  ...options: string[]
): Promise<SplitRun[]> {
  const runs: SplitRun[] = [];
  for (let split = 1; split <= splits; split++)
    runs.push(await runSplit(set, `${labels}-${split}`, ...options));
  return runs;
}

/** Every set with all its splits of ten labels a class. */
export async function sixSets(): Promise<Measured> {
  const parts: string[] = [];
  const means: number[] = [];
  let ok = true;
  for (const [set, { peer, tuned, floor }] of Object.entries(references)) {
    const accuracies = accuraciesOf(await runsOf(set, 10, 5));
    const [middle, spread] = [mean(accuracies), deviation(accuracies)];
    means.push(middle);
    const reference = Math.max(peer, tuned);
    ok &&= middle >= reference - spread;
    parts.push(
      `${set} ${percent(middle)} ± ${(100 * spread).toFixed(1)} (reference ${percent(reference)}, floor ${percent(floor)}` +
        `${middle < floor ? ', under it' : ''})`,
    );
  }
  return {
    figure: `mean ${percent(mean(means))} (at least ${percent(leastMean)}); ${parts.join('; ')}`,
    ok: ok && mean(means) >= leastMean,
  };
}

/** More labels are worth more: thirty a class, and all of the pool. */
export async function moreLabels(): Promise<Measured> {
  const parts: string[] = [];
  let ok = true;
  for (const set of sets) {
    const ten = mean(accuraciesOf(await runsOf(set, 10, 3)));
    const thirty = mean(accuraciesOf(await runsOf(set, 30, 3)));
    const peer = references[set]?.peerOfThirty ?? (await regressionAccuracy(set, '30-1'));
    ok &&= thirty > ten && thirty > peer;
    parts.push(`${set} ${percent(thirty)} (ten: ${percent(ten)}, peer: ${percent(peer)})`);
  }
  for (const set of ['ag_news', 'trec6', 'stackoverflow20']) {
    const own = (await runSplit(set, 'all')).evaluation.accuracy;
    const peer = await regressionAccuracy(set, 'all');
    ok &&= own >= peer;
    parts.push(`all labels of ${set} ${percent(own)} (logistic regression ${percent(peer)})`);
  }
  return { figure: parts.join('; '), ok };
}

/** What each part adds, as means over the six sets and three splits. */
export async function everyPart(): Promise<Measured> {
  const rows: readonly (readonly [name: string, options: readonly string[]])[] = [
    ['labels alone', ['--no-distillation', '--no-mutual', '--no-unlabelled']],
    ['+ unlabelled texts', ['--no-distillation', '--no-mutual']],
    ['+ teacher', ['--no-mutual']],
    ['+ mutual learning, the default', []],
    ['BitFit', ['--adapter', 'bitfit']],
    ['Houlsby', ['--adapter', 'houlsby']],
    ['no layer', ['--students', 'none']],
    ['one layer', ['--students', '0']],
    ['two layers', ['--students', '0,1']],
  ];
  const means = new Map<string, number>();
  for (const [name, options] of rows) {
    const bySet: number[] = [];
    for (const set of sets) bySet.push(mean(accuraciesOf(await runsOf(set, 10, 3, ...options))));
    means.set(name, mean(bySet));
  }
  const steps = rows.slice(0, 4).map(([name]) => means.get(name) ?? 0);
  return {
    figure: [...means].map(([name, value]) => `${name} ${percent(value)}`).join('; '),
    ok: steps.every((value, i) => i === 0 || value >= (steps[i - 1] ?? 1)),
  };
}

/** Scores are as sure as they are right, and a model that shall be right about 95 of 100 answers is. */
export async function calibration(): Promise<Measured> {
  const errors: number[] = [];
  for (const set of sets) {
    errors.push(mean((await runsOf(set, 10, 5)).map(({ evaluation }) => evaluation.ece)));
  }
  const each = sets.map((set, i) => `${set} ${percent(errors[i] ?? 1)}`).join(', ');
  const careful = await runsOf('ag_news', 10, 3, '--precision', '0.95');
  const precision = mean(careful.map(({ evaluation }) => evaluation.precision));
  const coverage = mean(careful.map((run) => run.evaluation.coverage));
  return {
    figure:
      `calibration error ${percent(mean(errors))} (under ${percent(mostError)}): ${each}; asked for 95 % on ag_news, ` +
      `${percent(precision)} of the answers are right (at least ${percent(leastPrecision)}), ${percent(coverage)} answered`,
    ok: mean(errors) < mostError && precision >= leastPrecision,
  };
}

export async function timeAndMemory(): Promise<Measured> {
  const run = await runSplit('ag_news', '10-1');
  return {
    figure:
      `ag_news ${minutes(run.trainMs)} (under ${minutes(longestMs)}), ` +
      `${Math.round(run.peakMemoryBytes / 1e6)} MB (under ${Math.round(mostMemory / 1e6)} MB)`,
    ok: run.trainMs < longestMs && run.peakMemoryBytes < mostMemory,
  };
}

/** Two runs with one seed. */
export async function sameToTheBit(): Promise<Measured> {
  const file = ({ modelDir }: SplitRun): Promise<Buffer> => readFile(join(modelDir, 'onnx', 'model.onnx'));
  const first = await file(await runSplit('trec6', '10-1'));
  // Another name of the same seed, so that it is run again.
  const second = await file(await runSplit('trec6', '10-1', '--seed', '1'));
  return {
    figure: `${first.length} bytes, ${first.equals(second) ? 'the same' : 'not the same'}`,
    ok: first.equals(second),
  };
}
