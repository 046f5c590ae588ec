/** How far each view is heard: a product of experts (Hinton 2002), each to its own power, fitted by stacking (Wolpert 1992). */
import { argmaxRows, softmaxRows, type Scores } from '../../assess/metrics';
import { fitTemperature } from '../../assess/temperature';
import { lbfgs } from '../lbfgs';
import { sharpen } from '../spreading';
import { pickScores } from '../vectors';
import type { Opinion } from './opinion';

/** In labels: what the prior of a weight counts for. A few dozen labels are often of one mind by chance. */
const strength = 8;
const leastProbability = 1e-6;

/**
 * The powers for which the product of the views fits the labels best.
 * @param views of each, probabilities of texts that it did not learn from: [texts, classes]
 * @param truth class of each text
 * @param expected of each view, the power to expect without labels
 */
export async function fitPowers(
  views: readonly Scores[],
  truth: readonly number[],
  expected: readonly number[],
): Promise<number[]> {
  const told = truth.flatMap((_, row) => (views.every((view) => isAnswered(view, row)) ? [row] : []));
  const logs = views.map(({ classes, data }) => ({ classes, data: data.map(log) }));
  const classes = logs[0]?.classes ?? 0;
  const objective = (a: Float64Array): Promise<{ value: number; gradient: Float64Array }> => {
    const gradient = a.map((own, v) => 2 * strength * (own - Math.log(expected[v] ?? 1)));
    let value = a.reduce((sum, own, v) => sum + strength * (own - Math.log(expected[v] ?? 1)) ** 2, 0);
    const powers = [...a].map(Math.exp);
    const { data } = softmaxRows(weighted(logs, powers));
    for (const row of told) {
      value -= log(data[row * classes + (truth[row] ?? 0)] ?? 0);
      for (let c = 0, i = row * classes; c < classes; c++, i++) {
        const error = (data[i] ?? 0) - Number(c === truth[row]);
        for (let v = 0; v < a.length; v++) {
          gradient[v] = (gradient[v] ?? 0) + error * (powers[v] ?? 0) * (logs[v]?.data[i] ?? 0);
        }
      }
    }
    return Promise.resolve({ value, gradient });
  };
  const start = Float64Array.from(expected, Math.log);
  return [...(await lbfgs(objective, start, { tolerance: 1e-3, iterations: 100 }))].map(Math.exp);
}

/**
 * The product of the views, each to its power; without powers all are heard alike. A view that was not asked of a text leaves its power to the others.
 * @returns probabilities [texts, classes]; a row of zeros where no view was asked
 */
export function product(
  views: readonly Scores[],
  powers: readonly number[] = views.map(() => 1 / views.length),
): Scores {
  const { classes, data } = views[0] as Scores;
  const logs = new Float32Array(data.length);
  const all = powers.reduce((a, b) => a + b, 0);
  const unasked: number[] = [];
  for (let row = 0; row < data.length / classes; row++) {
    const asked = powers.map((power, v) => (isAnswered(views[v] as Scores, row) ? power : 0));
    const heard = asked.reduce((a, b) => a + b, 0);
    if (heard === 0) {
      unasked.push(row);
      continue;
    }
    const scale = all / heard;
    for (let i = row * classes; i < (row + 1) * classes; i++) {
      logs[i] = asked.reduce((sum, power, v) => sum + scale * power * log(views[v]?.data[i] ?? 0), 0);
    }
  }
  const together = softmaxRows({ classes, data: logs });
  for (const row of unasked) together.data.fill(0, row * classes, (row + 1) * classes);
  return together;
}

/**
 * An opinion as sure as it is right about the labelled texts that it did not learn from: networks that know few labels by heart are
 * sure of everything, and would outvote all others. @param truth class of each labelled text
 */
export function tempered({ id, answers, heldOut }: Opinion, truth: readonly number[]): Opinion {
  const told = truth.flatMap((_, row) => (isAnswered(heldOut, row) ? [row] : []));
  const logs = pickScores(heldOut, told);
  const temperature = fitTemperature(
    { classes: logs.classes, data: logs.data.map(log) },
    told.map((row) => truth[row] as number),
  );
  const power = 1 / Math.max(1, temperature);
  return { id, answers: sharpen(answers, power), heldOut: sharpen(heldOut, power) };
}

/** Of each view, how far it is of one mind with the others in the mean, corrected for chance (Cohen's kappa): 0.01 to 1. */
export function agreementWithOthers(views: readonly Scores[]): number[] {
  const rows = views[0] ? [...argmaxRows(views[0]).keys()] : [];
  const asked = rows.filter((row) => views.every((view) => isAnswered(view, row)));
  const answers = views.map((view) => {
    const all = argmaxRows(view);
    return asked.map((row) => all[row] as number);
  });
  return answers.map((own, v) => {
    const others = answers.filter((_, u) => u !== v);
    const mean = others.reduce((sum, other) => sum + kappa(own, other), 0) / Math.max(1, others.length);
    return Math.max(0.01, mean);
  });
}

function kappa(a: readonly number[], b: readonly number[]): number {
  const shares = (answers: readonly number[]): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const c of answers) counts.set(c, (counts.get(c) ?? 0) + 1 / answers.length);
    return counts;
  };
  const [ofA, ofB] = [shares(a), shares(b)];
  const chance = [...ofA].reduce((sum, [c, share]) => sum + share * (ofB.get(c) ?? 0), 0);
  const same = a.filter((c, i) => c === b[i]).length / a.length;
  return chance >= 1 ? 0 : (same - chance) / (1 - chance);
}

/** Whether the view was asked of the text: a row of zeros says nothing. */
export function isAnswered({ classes, data }: Scores, row: number): boolean {
  return (
    (data[row * classes] ?? 0) > 0 || data.subarray(row * classes, (row + 1) * classes).some((p) => p > 0)
  );
}

function log(probability: number): number {
  return Math.log(Math.max(leastProbability, probability));
}

function weighted(logs: readonly Scores[], powers: readonly number[]): Scores {
  const { classes, data } = logs[0] as Scores;
  return {
    classes,
    data: data.map((_, i) => powers.reduce((sum, power, v) => sum + power * (logs[v]?.data[i] ?? 0), 0)),
  };
}
