/**
 * `npm run bench:accuracy [-- --sets ag_news,trec6 --labels 10 --splits 1,2,3]`: the student that is exported, on the full tests, beside
 * logistic regression on the base model's vectors. What the same build has measured is not measured again.
 */
import { parseArgs } from 'node:util';
import { deviation, mean, runSplit, type SplitRun } from '../accept/lines/benchmarkSets';
import { minutes, percent } from '../accept/lines/figures';
import { regressionAccuracy } from '../accept/lines/regression';
import { machine, table, writeSection } from './section';

interface Run {
  readonly run: SplitRun;
  readonly regression: number;
}

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: 'ag_news,banking77,stackoverflow20,trec6,nlbse_issues,sst2' },
    labels: { type: 'string', default: '10' },
    splits: { type: 'string', default: '1,2,3,4,5' },
  },
});
const sets = values.sets.split(',');
const splits = values.splits.split(',').map((split) => `${values.labels}-${split}`);

const rows: string[][] = [];
for (const set of sets) {
  const runs: Run[] = [];
  for (const split of splits)
    runs.push({ run: await runSplit(set, split), regression: await regressionAccuracy(set, split) });
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

function rowOf(set: string, runs: readonly Run[]): string[] {
  const spread = (of: (run: Run) => number): string => {
    const all = runs.map(of);
    return `${percent(mean(all))} ± ${(100 * deviation(all)).toFixed(1)}`;
  };
  return [
    set,
    spread(({ run }) => run.evaluation.accuracy),
    spread(({ run }) => run.evaluation.macroF1),
    spread(({ run }) => run.evaluation.ece),
    spread(({ regression }) => regression),
    minutes(Math.max(...runs.map(({ run }) => run.trainMs))),
    `${Math.round(Math.max(...runs.map(({ run }) => run.peakMemoryBytes)) / 1e6)} MB`,
  ];
}
