import type { Measured } from '../framework';
import { mean, runSplit, type SplitRun } from './benchmarkSets';
import { minutes, percent } from './figures';
import { regressionAccuracy } from './regression';

const splits = ['10-1', '10-2', '10-3'];
const longestRunMs = 6 * 60_000;

/** Ten labels a class: the exported student on the full test of two sets, with the same settings. */
export async function tenLabels(): Promise<Measured> {
  const news: SplitRun[] = [];
  for (const split of splits) news.push(await runSplit('ag_news', split));
  const questions: SplitRun[] = [];
  for (const split of splits) questions.push(await runSplit('trec6', split));
  const newsMean = mean(news.map(({ evaluation }) => evaluation.accuracy));
  const regressions: number[] = [];
  for (const split of splits) regressions.push(await regressionAccuracy('ag_news', split));
  const regressionMean = mean(regressions);
  const questionsMean = mean(questions.map(({ evaluation }) => evaluation.accuracy));
  const longest = Math.max(...news.map(({ trainMs }) => trainMs));
  const each = (runs: readonly SplitRun[]): string =>
    runs.map((run) => percent(run.evaluation.accuracy)).join(', ');
  return {
    figure:
      `ag_news ${percent(newsMean)} (${each(news)}; at least 85.0 %), logistic regression ${percent(regressionMean)} (at least ` +
      `5 points below), longest training ${minutes(longest)} (under ${minutes(longestRunMs)}); trec6 ${percent(questionsMean)} ` +
      `(${each(questions)}; at least 75.0 %)`,
    ok:
      newsMean >= 0.85 &&
      newsMean - regressionMean >= 0.05 &&
      longest < longestRunMs &&
      questionsMean >= 0.75,
  };
}

/** What each part adds, as means over both sets and all splits. */
export async function ablation(): Promise<Measured> {
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['students alone on the labels', ['--no-distillation', '--no-mutual', '--no-unlabelled']],
    ['+ distillation', ['--no-mutual', '--no-unlabelled']],
    ['+ mutual learning and unlabelled texts', []],
  ];
  const means: number[] = [];
  const parts: string[] = [];
  for (const [name, options] of steps) {
    const bySet: number[] = [];
    for (const set of ['ag_news', 'trec6']) {
      const accuracies: number[] = [];
      for (const split of splits)
        accuracies.push((await runSplit(set, split, ...options)).evaluation.accuracy);
      bySet.push(mean(accuracies));
    }
    means.push(mean(bySet));
    parts.push(
      `${name} ${percent(mean(bySet))} (ag_news ${percent(bySet[0] ?? 0)}, trec6 ${percent(bySet[1] ?? 0)})`,
    );
  }
  return {
    figure: parts.join(' < '),
    ok: means.every((value, i) => i === 0 || value > (means[i - 1] ?? 1)),
  };
}
