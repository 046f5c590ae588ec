/**
 * `npm run bench:accuracy [-- --sets ag_news,trec6 --labels 10 --splits 1,2,3]`: the student that is exported, on the full tests, beside
 * logistic regression on the base model's vectors. What was measured with the same engine is not measured again.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { deviation, mean, runSplit } from '../accept/lines/benchmarkSets';
import { minutes, percent } from '../accept/lines/figures';
import { regressionAccuracy } from '../accept/lines/regression';
import { repository, testOutput } from '../editor/harness/places';
import { machine, table, writeSection } from './section';

interface Run {
  /** SHA-256 of the engine that made it. */
  readonly engine: string;
  readonly set: string;
  readonly split: string;
  readonly student: number;
  readonly macroF1: number;
  readonly ece: number;
  readonly regression: number;
  readonly trainMs: number;
  readonly peakMemoryBytes: number;
}

const kept = join(testOutput, 'bench', 'accuracy.jsonl');
const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: 'ag_news,banking77,stackoverflow20,trec6,nlbse_issues,sst2' },
    labels: { type: 'string', default: '10' },
    splits: { type: 'string', default: '1,2,3,4,5' },
  },
});
const engine = createHash('sha256')
  .update(await readFile(join(repository, 'dist', 'engine.js')))
  .digest('hex');
const sets = values.sets.split(',');
const splits = values.splits.split(',').map((split) => `${values.labels}-${split}`);

const known = await readKept();
const rows: string[][] = [];
for (const set of sets) {
  const runs: Run[] = [];
  for (const split of splits) runs.push(known.get(`${set} ${split}`) ?? (await measure(set, split)));
  rows.push(rowOf(set, runs));
}
const section = [
  `${values.labels} labels a class, splits ${splits.join(', ')}, the same settings for all; mean and standard deviation over the splits. ${machine}.`,
  '',
  table(
    ['set', 'student', 'macro F1', 'calibration error', 'logistic regression', 'longest training', 'memory'],
    rows,
  ),
].join('\n');
console.log(section);
await writeSection('bench:accuracy', section);

/** Runs of this engine, by set and split. One whose line was half written when the process was stopped is measured again. */
async function readKept(): Promise<Map<string, Run>> {
  const text = await readFile(kept, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const runs = text.split('\n').flatMap((line): Run[] => {
    try {
      return [JSON.parse(line) as Run];
    } catch {
      return [];
    }
  });
  const own = runs.filter((run) => run.engine === engine);
  return new Map(own.map((run) => [`${run.set} ${run.split}`, run]));
}

async function measure(set: string, split: string): Promise<Run> {
  const { evaluation, trainMs, peakMemoryBytes } = await runSplit(set, split);
  const { accuracy, macroF1, ece } = evaluation;
  const regression = await regressionAccuracy(set, split);
  const run = { engine, set, split, student: accuracy, macroF1, ece, regression, trainMs, peakMemoryBytes };
  await mkdir(dirname(kept), { recursive: true });
  // The line before may lack its end.
  await appendFile(kept, `\n${JSON.stringify(run)}`);
  return run;
}

function rowOf(set: string, runs: readonly Run[]): string[] {
  const spread = (of: (run: Run) => number): string => {
    const all = runs.map(of);
    return `${percent(mean(all))} ± ${(100 * deviation(all)).toFixed(1)}`;
  };
  return [
    set,
    spread(({ student }) => student),
    spread(({ macroF1 }) => macroF1),
    spread(({ ece }) => ece),
    spread(({ regression }) => regression),
    minutes(Math.max(...runs.map(({ trainMs }) => trainMs))),
    `${Math.round(Math.max(...runs.map(({ peakMemoryBytes }) => peakMemoryBytes)) / 1e6)} MB`,
  ];
}
