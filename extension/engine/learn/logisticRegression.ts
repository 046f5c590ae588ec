/**
 * Multinomial logistic regression on fixed vectors: the peer that is printed beside the student, and a cheap
 * judge of what the base model's space knows of the classes. Same objective as scikit-learn's default
 * (C = 1, no penalty on the intercept).
 */
import type { Scores } from '../assess/metrics';
import { lbfgs } from './lbfgs';
import type { Vectors } from './vectors';

export class LogisticRegression {
  /** `weights`: [classes, size + 1], the intercept last. */
  private constructor(
    private readonly classes: number,
    private readonly size: number,
    private readonly weights: Float64Array,
  ) {}

  /** Fits `labels` (classes from 0) to `vectors`. `c` is the inverse strength of the L2 penalty. */
  static fit(vectors: Vectors, labels: readonly number[], classes: number, c = 1): LogisticRegression {
    const { size, data } = vectors;
    const width = size + 1;
    const weights = lbfgs(
      (w) => {
        const gradient = new Float64Array(w.length);
        let value = 0;
        for (let k = 0; k < classes; k++) {
          for (let j = 0; j < size; j++) {
            const v = w[k * width + j] as number;
            value += (0.5 * v * v) / c;
            gradient[k * width + j] = v / c;
          }
        }
        const logits = new Float64Array(classes);
        labels.forEach((label, i) => {
          const x = data.subarray(i * size, (i + 1) * size);
          value += softmaxLoss(w, x, classes, label, logits);
          for (let k = 0; k < classes; k++) {
            const error = (logits[k] as number) - (k === label ? 1 : 0);
            if (Math.abs(error) < 1e-9) continue;
            const at = k * width;
            for (let j = 0; j < size; j++) {
              gradient[at + j] = (gradient[at + j] as number) + error * (x[j] as number);
            }
            gradient[at + size] = (gradient[at + size] as number) + error;
          }
        });
        return { value, gradient };
      },
      new Float64Array(classes * width),
      { tolerance: 1e-3, iterations: 100 },
    );
    return new LogisticRegression(classes, size, weights);
  }

  /** Logits: [texts, classes]. */
  logits({ size, data }: Vectors): Scores {
    const count = data.length / size;
    const out = new Float32Array(count * this.classes);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < this.classes; k++) {
        out[i * this.classes + k] = score(
          this.weights,
          data.subarray(i * size, (i + 1) * size),
          k,
          this.size + 1,
        );
      }
    }
    return { classes: this.classes, data: out };
  }
}

function score(w: Float64Array, x: Float32Array, k: number, width: number): number {
  let sum = w[k * width + x.length] as number;
  for (let j = 0; j < x.length; j++) sum += (w[k * width + j] as number) * (x[j] as number);
  return sum;
}

/** Cross-entropy of one text; leaves its probabilities in `logits`. */
function softmaxLoss(
  w: Float64Array,
  x: Float32Array,
  classes: number,
  label: number,
  logits: Float64Array,
): number {
  let highest = -Infinity;
  for (let k = 0; k < classes; k++) {
    logits[k] = score(w, x, k, x.length + 1);
    highest = Math.max(highest, logits[k] as number);
  }
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    logits[k] = Math.exp((logits[k] as number) - highest);
    sum += logits[k] as number;
  }
  for (let k = 0; k < classes; k++) logits[k] = (logits[k] as number) / sum;
  return -Math.log(Math.max(1e-300, logits[label] as number));
}
