/** What a training says of its model, beside what is true on the full test. */
import { readFile, rm } from 'node:fs/promises';
import { reportFileOf, type TrainingReport } from '../../../extension/protocol/report';
import type { Measured } from '../framework';
import { mean, runSplit, type SplitRun } from './benchmarkSets';
import { percent } from './figures';

const sets = ['ag_news', 'trec6'];
const splits = 15;
const leastCovered = 0.8;
/** Splits of thirty labels a class. */
const splitsOfThirty = 3;
const mostError = 0.05;
/** Models of the first splits are asked by other lines too. */
const keptModels = 3;

/** The interval of the reported accuracy covers the true one, and scores are as sure as they are right. */
export async function honestFigures(): Promise<Measured> {
  const parts: string[] = [];
  let covered = 0;
  for (const set of sets) {
    const of: number[] = [];
    const widths: number[] = [];
    const errors: number[] = [];
    for (let split = 1; split <= splits; split++) {
      const run = await runSplit(set, `10-${split}`);
      const { low = 1, value = 0, high = 0 } = (await reportOf(run)).accuracy ?? {};
      const truth = run.evaluation.accuracy;
      of.push(low <= truth && truth <= high ? 1 : 0);
      widths.push(high - low);
      errors.push(value - truth);
      process.stderr.write(`   ${percent(low)} to ${percent(high)}, ${percent(truth)} is true\n`);
      if (split > keptModels) await rm(run.modelDir, { recursive: true, force: true });
    }
    covered += of.filter((hit) => hit === 1).length;
    parts.push(
      `${set} ${of.filter((hit) => hit === 1).length} of ${splits} covered, ${percent(mean(widths))} wide, off by ` +
        `${percent(mean(errors))} in the mean`,
    );
  }
  const ten = await errorsOf(10, keptModels);
  const thirty = await errorsOf(30, splitsOfThirty);
  const share = covered / (sets.length * splits);
  return {
    figure:
      `${percent(share)} of the intervals cover the true accuracy (at least ${percent(leastCovered)}): ${parts.join('; ')}; calibration ` +
      `error on ag_news ${percent(mean(ten))} with ten labels a class, ${percent(mean(thirty))} with thirty (under ${percent(mostError)})`,
    ok: share >= leastCovered && mean(ten) < mostError && mean(thirty) < mostError,
  };
}

async function errorsOf(labels: number, count: number): Promise<number[]> {
  const errors: number[] = [];
  for (let split = 1; split <= count; split++)
    errors.push((await runSplit('ag_news', `${labels}-${split}`)).evaluation.ece);
  return errors;
}

async function reportOf({ modelDir }: SplitRun): Promise<TrainingReport> {
  return JSON.parse(await readFile(reportFileOf(modelDir), 'utf8')) as TrainingReport;
}
