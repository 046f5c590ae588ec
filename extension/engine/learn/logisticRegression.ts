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
    readonly size: number,
    private readonly weights: Float64Array,
  ) {}

  /**
   * Fits labels to vectors.
   * @param labels [texts, classes]: one-hot, or soft; rows sum to one
   * @param c inverse strength of the L2 penalty
   */
  static fit(vectors: Vectors, labels: Scores, { c = 1, iterations = 100 } = {}): LogisticRegression {
    const { size, data } = vectors;
    const { classes } = labels;
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
        for (let i = 0; i * size < data.length; i++) {
          const x = data.subarray(i * size, (i + 1) * size);
          const target = labels.data.subarray(i * classes, (i + 1) * classes);
          value += softmaxLoss(w, x, target, logits);
          for (let k = 0; k < classes; k++) {
            const error = (logits[k] as number) - (target[k] as number);
            if (Math.abs(error) < 1e-9) continue;
            const at = k * width;
            for (let j = 0; j < size; j++) {
              gradient[at + j] = (gradient[at + j] as number) + error * (x[j] as number);
            }
            gradient[at + size] = (gradient[at + size] as number) + error;
          }
        }
        return { value, gradient };
      },
      new Float64Array(classes * width),
      { tolerance: 1e-3, iterations },
    );
    return new LogisticRegression(classes, size, weights);
  }

  /** As a layer: `weight` [size, classes], `bias` [classes]. */
  get layer(): { readonly weight: Float32Array; readonly bias: Float32Array } {
    const { classes, size, weights } = this;
    const at = (k: number, j: number): number => weights[k * (size + 1) + j] as number;
    return {
      weight: Float32Array.from({ length: size * classes }, (_, i) =>
        at(i % classes, Math.floor(i / classes)),
      ),
      bias: Float32Array.from({ length: classes }, (_, k) => at(k, size)),
    };
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
function softmaxLoss(w: Float64Array, x: Float32Array, target: Float32Array, logits: Float64Array): number {
  const classes = target.length;
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
  let loss = 0;
  for (let k = 0; k < classes; k++) {
    logits[k] = (logits[k] as number) / sum;
    loss -= (target[k] as number) * Math.log(Math.max(1e-300, logits[k] as number));
  }
  return loss;
}
