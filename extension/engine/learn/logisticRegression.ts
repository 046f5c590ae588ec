/**
 * Multinomial logistic regression on fixed vectors: the peer that is printed beside the student, and a cheap
 * judge of what the base model's space knows of the classes. Same objective as scikit-learn's default
 * (C = 1, no penalty on the intercept).
 */
import type { Scores } from '../assess/metrics';
import { gradients } from '../autodiff/gradients';
import { add } from '../graph/arithmetic';
import { Graph } from '../graph/graph';
import { matmul } from '../graph/matrix';
import { reduceSum } from '../graph/reduce';
import { modelBytes } from '../graph/serialise';
import { Session } from '../runtime/session';
import { f32, floats } from '../runtime/tensor';
import { lbfgs } from './lbfgs';
import { crossEntropy } from './losses';
import type { Vectors } from './vectors';

export class LogisticRegression {
  /** `weight` [size, classes], `bias` [classes]: those of a layer. */
  private constructor(
    readonly size: number,
    readonly layer: { readonly weight: Float32Array; readonly bias: Float32Array },
  ) {}

  /**
   * Fits labels to vectors.
   * @param labels [texts, classes]: one-hot, or soft; rows sum to one
   * @param c inverse strength of the L2 penalty
   */
  static async fit(
    { size, data }: Vectors,
    { classes, data: labels }: Scores,
    { c = 1, iterations = 100 } = {},
  ): Promise<LogisticRegression> {
    const texts = data.length / size;
    const fixed = { vectors: f32([texts, size], data), labels: f32([texts, classes], labels) };
    const weights = size * classes;
    const session = await Session.create(lossGraph(size, classes), { device: 'cpu' });
    const objective = async (w: Float64Array): Promise<{ value: number; gradient: Float64Array }> => {
      const layer = {
        weight: f32([size, classes], new Float32Array(w.subarray(0, weights))),
        bias: f32([classes], new Float32Array(w.subarray(weights))),
      };
      const outputs = await session.run({ ...fixed, ...layer });
      const gradient = new Float64Array(w.length);
      gradient.set(floats(outputs['weight.gradient']));
      gradient.set(floats(outputs['bias.gradient']), weights);
      // Summed up in double precision: the line search compares sums that hardly differ.
      let value = floats(outputs['losses']).reduce((sum, loss) => sum + loss, 0);
      for (let i = 0; i < weights; i++) {
        const v = w[i] as number;
        value += (0.5 * v * v) / c;
        gradient[i] = (gradient[i] as number) + v / c;
      }
      return { value, gradient };
    };
    try {
      const start = new Float64Array(weights + classes);
      const found = new Float32Array(await lbfgs(objective, start, { tolerance: 1e-3, iterations }));
      return new LogisticRegression(size, { weight: found.slice(0, weights), bias: found.slice(weights) });
    } finally {
      await session.dispose();
    }
  }

  /** Logits: [texts, classes]. */
  logits(vectors: Vectors): Scores {
    return linearScores(vectors, this.layer);
  }
}

/** What a layer makes of vectors: [texts, classes]. */
export function linearScores({ size, data }: Vectors, { weight, bias }: LogisticRegression['layer']): Scores {
  const classes = bias.length;
  const out = new Float32Array((data.length / size) * classes);
  const sums = new Float64Array(classes);
  for (let start = 0, at = 0; start < data.length; start += size, at += classes) {
    sums.set(bias);
    for (let j = 0; j < size; j++) {
      const x = data[start + j] as number;
      for (let k = 0, w = j * classes; k < classes; k++, w++) {
        sums[k] = (sums[k] as number) + x * (weight[w] as number);
      }
    }
    out.set(sums, at);
  }
  return { classes, data: out };
}

/** `vectors`, `labels`, `weight`, `bias` -> `losses` [texts], and the gradients of their sum. */
function lossGraph(size: number, classes: number): Uint8Array {
  const g = new Graph();
  const vectors = g.input('vectors', 'float32', ['texts', size]);
  const labels = g.input('labels', 'float32', ['texts', classes]);
  const weight = g.input('weight', 'float32', [size, classes]);
  const bias = g.input('bias', 'float32', [classes]);
  const losses = crossEntropy(g, add(g, matmul(g, vectors, weight), bias), labels);
  const [ofWeight, ofBias] = gradients(g, reduceSum(g, losses), [weight, bias]);
  if (!ofWeight || !ofBias) throw new Error('Two gradients were asked for.');
  g.output(losses, 'losses');
  g.output(ofWeight, 'weight.gradient');
  g.output(ofBias, 'bias.gradient');
  return modelBytes(g);
}
