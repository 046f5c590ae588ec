/**
 * Figures of a classifier on texts whose labels are known. Classes are numbers from 0; probabilities are
 * rows of [texts, classes], row-major.
 */
import { CalibrationBins } from './calibrationBins';

/** Probabilities or logits of several texts. */
export interface Scores {
  readonly classes: number;
  /** [texts, classes], row-major. */
  readonly data: Float32Array;
}

/** The class with the highest score of each text; the first one when several are equal. */
export function argmaxRows({ classes, data }: Scores): number[] {
  return Array.from({ length: data.length / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if ((data[row * classes + c] ?? 0) > (data[row * classes + best] ?? 0)) best = c;
    }
    return best;
  });
}

/** Certainty of these classes. */
export function oneHotRows(labels: readonly number[], classes: number): Scores {
  const data = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => (data[row * classes + label] = 1));
  return { classes, data };
}

/** Softmax of each row of logits divided by `temperature`. */
export function softmaxRows({ classes, data }: Scores, temperature = 1): Scores {
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const row = data.subarray(start, start + classes);
    const highest = Math.max(...row);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(((row[c] ?? 0) - highest) / temperature);
      out[start + c] = e;
      sum += e;
    }
    for (let c = 0; c < classes; c++) out[start + c] = (out[start + c] ?? 0) / sum;
  }
  return { classes, data: out };
}

/** The logarithms of each row's softmax. */
export function logSoftmaxRows({ classes, data }: Scores): Scores {
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const row = data.subarray(start, start + classes);
    const highest = Math.max(...row);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - highest), 0);
    const shift = highest + Math.log(sum);
    for (let c = 0; c < classes; c++) out[start + c] = (row[c] ?? 0) - shift;
  }
  return { classes, data: out };
}

/** Share of texts that got their own label; 0 when there are none. */
export function accuracy(predicted: readonly number[], truth: readonly number[]): number {
  if (truth.length === 0) return 0;
  return truth.filter((label, i) => predicted[i] === label).length / truth.length;
}

/** counts[truth][predicted]. */
export function confusionMatrix(
  predicted: readonly number[],
  truth: readonly number[],
  classes: number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  truth.forEach((label, i) => {
    const row = counts[label];
    const column = predicted[i];
    if (row && column !== undefined) row[column] = (row[column] ?? 0) + 1;
  });
  return counts;
}

/** Mean over the classes of F1; a class that is neither there nor predicted does not count. */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  const scores: number[] = [];
  confusion.forEach((row, c) => {
    const hits = row[c] ?? 0;
    const actual = row.reduce((a, b) => a + b, 0);
    const predicted = confusion.reduce((a, r) => a + (r[c] ?? 0), 0);
    if (actual + predicted > 0) scores.push((2 * hits) / (actual + predicted));
  });
  return scores.length === 0 ? 0 : scores.reduce((a, b) => a + b, 0) / scores.length;
}

/** Both figures of answers to texts whose classes are known. */
export function accuracyAndF1(
  predicted: readonly number[],
  truth: readonly number[],
  classes: number,
): { accuracy: number; macroF1: number } {
  return {
    accuracy: accuracy(predicted, truth),
    macroF1: macroF1(confusionMatrix(predicted, truth, classes)),
  };
}

/**
 * Expected calibration error: mean distance between score and accuracy over bins of equal width, weighted by
 * the texts in them (Guo et al. 2017, eq. 3).
 */
export function expectedCalibrationError(probabilities: Scores, truth: readonly number[], bins = 15): number {
  const predicted = argmaxRows(probabilities);
  const calibration = new CalibrationBins(bins);
  truth.forEach((label, i) => {
    const winner = predicted[i] ?? 0;
    calibration.add(probabilities.data[i * probabilities.classes + winner] ?? 0, winner === label);
  });
  return calibration.error();
}

/** Mean negative log-likelihood of the true labels, with logits divided by `temperature`. */
export function negativeLogLikelihood(logits: Scores, truth: readonly number[], temperature = 1): number {
  const { classes, data } = softmaxRows(logits, temperature);
  const sum = truth.reduce((a, label, i) => a - Math.log(Math.max(1e-12, data[i * classes + label] ?? 0)), 0);
  return truth.length === 0 ? 0 : sum / truth.length;
}
