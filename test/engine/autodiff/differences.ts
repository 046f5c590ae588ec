/** Gradients by central differences in a real onnxruntime session, to compare with those of the graph. */
import { gradients } from '../../../extension/engine/autodiff/gradients';
import { mul } from '../../../extension/engine/graph/arithmetic';
import { Graph, type Value } from '../../../extension/engine/graph/graph';
import { reduceSum } from '../../../extension/engine/graph/reduce';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Session } from '../../../extension/engine/runtime/session';
import { f32, floats, type FloatTensor, type Tensor } from '../../../extension/engine/runtime/tensor';
import type { Draw, Input } from './draw';

/** A function of float inputs, built with the operators under test. */
export interface Case {
  readonly inputs: readonly Input[];
  build(g: Graph, inputs: readonly Value[]): Value;
}

export interface Difference {
  /** Largest |ours - differences| / max(1, |differences|) over all elements of all inputs; NaN counts as infinite. */
  readonly error: number;
  /** `x1[3]: 0.5 by the graph, 0.25 by differences`. */
  readonly worst: string;
  /** Operators of the case's graph, those of the gradients not included. */
  readonly operators: ReadonlySet<string>;
}

/** What float32 leaves of the five-point formula's digits, with room. */
export const tolerance = 5e-4;

/** Compares the gradients of sum(output * random weights) by all inputs. */
export async function compareGradients(example: Case, draw: Draw): Promise<Difference> {
  const forward = new Graph();
  forward.output(example.build(forward, declare(forward, example)), 'y');
  const operators = new Set(forward.nodes.map((node) => node.op));
  const feeds = example.inputs.map(({ shape, data }) => f32(draw.sizes(shape), data.slice()));

  return withSession(modelBytes(forward), async (session) => {
    const run = async (): Promise<FloatTensor> => float((await session.run(named(feeds)))['y']);
    const shape = (await run()).shape;
    const weights = f32(shape, draw.numbers(shape, 0.25, 1.5));
    // The sum is made in double precision: in float32 it would cost the differences three digits.
    const loss = async (): Promise<number> =>
      (await run()).data.reduce((sum, y, i) => sum + y * (weights.data[i] ?? 0), 0);

    const ours = await gradientsByGraph(example, feeds, weights);
    let result: Difference = { error: 0, worst: '', operators };
    for (const [k, { data }] of feeds.entries()) {
      for (let i = 0; i < data.length; i++) {
        const expected = await derivative(data, i, loss);
        const actual = ours[k]?.[i] ?? NaN;
        const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
        if (error <= result.error) continue;
        const worst = `x${k}[${i}]: ${actual} by the graph, ${expected} by differences`;
        result = { error: Number.isNaN(error) ? Infinity : error, worst, operators };
      }
    }
    return result;
  });
}

async function gradientsByGraph(
  example: Case,
  feeds: readonly FloatTensor[],
  weights: FloatTensor,
): Promise<Float32Array[]> {
  const g = new Graph();
  const inputs = declare(g, example);
  const output = example.build(g, inputs);
  const loss = reduceSum(g, mul(g, output, g.input('weights', 'float32', output.shape)));
  gradients(g, loss, inputs).forEach((gradient, i) => g.output(gradient, `dx${i}`));
  return withSession(modelBytes(g), async (session) => {
    const results = await session.run({ ...named(feeds), weights });
    return feeds.map((_, i) => floats(results[`dx${i}`]));
  });
}

function declare(g: Graph, { inputs }: Case): Value[] {
  return inputs.map(({ shape }, i) => g.input(`x${i}`, 'float32', shape));
}

function named(feeds: readonly FloatTensor[]): Record<string, FloatTensor> {
  return Object.fromEntries(feeds.map((feed, i) => [`x${i}`, feed]));
}

function float(tensor: Tensor | undefined): FloatTensor {
  return f32(tensor?.shape ?? [], floats(tensor));
}

async function withSession<T>(model: Uint8Array, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.create(model, { device: 'cpu', threads: 1 });
  try {
    return await work(session);
  } finally {
    await session.dispose();
  }
}

/** A power of two, so that x + step is exact. */
const step = 2 ** -5;

/** d f / d data[i] by the five-point formula (error of order step^4); `f` reads `data`. */
export async function derivative(data: Float32Array, i: number, f: () => Promise<number>): Promise<number> {
  const middle = data[i] ?? 0;
  const at = async (x: number): Promise<number> => {
    data[i] = x;
    return f();
  };
  const near = (await at(middle + step)) - (await at(middle - step));
  const far = (await at(middle + 2 * step)) - (await at(middle - 2 * step));
  data[i] = middle;
  return (8 * near - far) / (12 * step);
}
