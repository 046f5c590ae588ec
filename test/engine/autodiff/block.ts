/**
 * A small training step of everything at once: embedding lookup, one transformer layer with LoRA on query and
 * value, masked mean pooling, a head, and a loss of all terms that training uses. For tests of gradients as a whole.
 */
import { gradients, stopGradient } from '../../../extension/engine/autodiff/gradients';
import { add, cast, div, mul, sub } from '../../../extension/engine/graph/arithmetic';
import { Graph, type Value } from '../../../extension/engine/graph/graph';
import { gather } from '../../../extension/engine/graph/indexing';
import { reshape, slice, transpose, transposeLast, unsqueeze } from '../../../extension/engine/graph/layout';
import { matmul } from '../../../extension/engine/graph/matrix';
import { gelu, layerNorm, logSoftmax, softmax } from '../../../extension/engine/graph/neural';
import { reduceMean, reduceSum } from '../../../extension/engine/graph/reduce';
import { f32, i64, type Tensor } from '../../../extension/engine/runtime/tensor';
import { Draw } from './draw';

export interface BlockSizes {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly width: number;
  readonly classes: number;
}

const small: BlockSizes = { batch: 3, tokens: 5, heads: 2, width: 8, classes: 4 };
const vocabulary = 11;
const rank = 2;

export interface Block {
  /** Outputs: `loss`, and `gradient/<name>` for each trained name. */
  readonly graph: Graph;
  readonly feeds: Record<string, Tensor>;
  readonly trained: readonly string[];
}

/** Sizes of batch and tokens are names in the graph. The loss is about 2. */
export function transformerBlock(sizes: BlockSizes = small, seed = 7): Block {
  const { heads, width, classes } = sizes;
  const g = new Graph();
  const draw = new Draw(seed);
  const feeds: Record<string, Tensor> = {};
  const trained = new Map<string, Value>();

  const numbers = (shape: number[], scale: number, mean = 0): Float32Array =>
    draw.numbers(shape, -1, 1).map((x) => mean + scale * x);
  const frozen = (name: string, shape: number[]): Value =>
    g.constant(name, f32(shape, numbers(shape, 1.5 / Math.sqrt(shape[0] ?? 1))));
  const parameter = (name: string, shape: number[], scale = 0.5, mean = 0): Value => {
    feeds[name] = f32(shape, numbers(shape, scale, mean));
    const value = g.input(name, 'float32', shape);
    trained.set(name, value);
    return value;
  };
  const normalised = (name: string, x: Value): Value =>
    layerNorm(
      g,
      x,
      parameter(`${name}.norm.scale`, [width], 0.3, 1),
      parameter(`${name}.norm.bias`, [width]),
      1e-12,
    );
  const linear = (name: string, x: Value, from: number, to: number): Value =>
    add(g, matmul(g, x, frozen(`${name}.weight`, [from, to])), parameter(`${name}.bias`, [to], 0.1));
  const lora = (name: string, x: Value): Value => {
    const down = matmul(g, x, parameter(`${name}.a`, [width, rank]));
    return add(
      g,
      linear(name, x, width, width),
      mul(g, matmul(g, down, parameter(`${name}.b`, [rank, width])), 2),
    );
  };
  const split = (x: Value): Value =>
    transpose(g, reshape(g, x, ['batch', 'tokens', heads, width / heads]), [0, 2, 1, 3]);

  const ids = g.input('ids', 'int64', ['batch', 'tokens']);
  const attentionMask = g.input('mask', 'int64', ['batch', 'tokens']);
  const mask = cast(g, attentionMask, 'float32');
  const targets = g.input('targets', 'float32', ['batch', classes]);

  const positions = slice(g, parameter('positions', [2 * sizes.tokens, width]), 0, 0, 'tokens');
  const x = normalised(
    'embeddings',
    add(g, gather(g, parameter('words', [vocabulary, width], 1), ids), positions),
  );
  const scores = matmul(g, split(lora('query', x)), transposeLast(g, split(linear('key', x, width, width))));
  const masked = add(
    g,
    div(g, scores, Math.sqrt(width / heads)),
    unsqueeze(g, mul(g, sub(g, mask, 1), 1e4), [1, 2]),
  );
  const context = transpose(g, matmul(g, softmax(g, masked), split(lora('value', x))), [0, 2, 1, 3]);
  const attended = linear('attention', reshape(g, context, ['batch', 'tokens', width]), width, width);
  const hidden = normalised('attention', add(g, attended, x));
  const wide = gelu(g, linear('wide', hidden, width, 2 * width));
  const output = normalised('output', add(g, linear('narrow', wide, 2 * width, width), hidden));

  const weights = unsqueeze(g, mask, [2]);
  const pooled = div(g, reduceSum(g, mul(g, output, weights), [1]), reduceSum(g, weights, [1]));
  const logits = add(
    g,
    matmul(g, pooled, parameter('head.weight', [width, classes])),
    parameter('head.bias', [classes]),
  );
  const peer = stopGradient(g, g.input('peer', 'float32', ['batch', classes]));

  const crossEntropy = reduceMean(g, reduceSum(g, mul(g, targets, logSoftmax(g, logits)), [-1]));
  const squared = reduceMean(g, mul(g, sub(g, logits, peer), sub(g, logits, peer)));
  const temperature = 2;
  const log = (z: Value): Value => logSoftmax(g, div(g, z, temperature));
  const divergence = mul(g, softmax(g, div(g, peer, temperature)), sub(g, log(peer), log(logits)));
  const kl = reduceMean(g, reduceSum(g, divergence, [-1]));
  const loss = add(g, sub(g, squared, crossEntropy), mul(g, kl, temperature ** 2));

  const names = [...trained.keys()];
  gradients(g, loss, [...trained.values()]).forEach((gradient, i) =>
    g.output(gradient, `gradient/${names[i]}`),
  );
  g.output(loss, 'loss');
  return { graph: g, feeds: { ...feeds, ...texts(draw, sizes) }, trained: names };
}

/** Texts of different lengths, soft targets, and a peer's logits. */
function texts(draw: Draw, { batch, tokens, classes }: BlockSizes): Record<string, Tensor> {
  const ids = Array.from({ length: batch * tokens }, () => draw.integer(0, vocabulary - 1));
  const lengths = Array.from({ length: batch }, () => draw.integer(2, tokens));
  const mask = lengths.flatMap((length) => Array.from({ length: tokens }, (_, i) => (i < length ? 1 : 0)));
  const targets = lengths.flatMap((_, i) =>
    Array.from({ length: classes }, (_, c) => (c === i % classes ? 0.7 : 0.1)),
  );
  return {
    ids: i64([batch, tokens], ids),
    mask: i64([batch, tokens], mask),
    targets: f32([batch, classes], targets),
    peer: f32([batch, classes], draw.numbers([batch, classes])),
  };
}
