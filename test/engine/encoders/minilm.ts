/** The embedded base model, and embeddings from it, for tests. */
import {
  buildEncoder,
  loadEncoder,
  meanPool,
  type BuildOptions,
  type Encoder,
} from '../../../extension/engine/encoders/encoder';
import { tokenFeeds } from '../../../extension/engine/encoders/tokenBatches';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { Graph } from '../../../extension/engine/graph/graph';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Session } from '../../../extension/engine/runtime/session';
import { floats } from '../../../extension/engine/runtime/tensor';
import { prepareModel } from '../../../models/prepare.mjs';

export interface MiniLm {
  readonly dir: string;
  readonly encoder: Encoder;
  readonly tokenizer: Tokenizer;
}

export async function loadMiniLm(): Promise<MiniLm> {
  const dir = await prepareModel('.');
  return { dir, encoder: await loadEncoder(dir), tokenizer: await Tokenizer.load(dir) };
}

/** A graph of inputs `input_ids`, `attention_mask` and output `embedding` [batch, hidden]. */
export function embeddingGraph(
  encoder: Encoder,
  layers: readonly number[],
  options: Pick<BuildOptions, 'adapter'> | ((g: Graph) => Pick<BuildOptions, 'adapter'>) = {},
): Graph {
  const g = new Graph();
  const inputIds = g.input('input_ids', 'int64', ['batch', 'tokens']);
  const attentionMask = g.input('attention_mask', 'int64', ['batch', 'tokens']);
  const more = typeof options === 'function' ? options(g) : options;
  const { hidden } = buildEncoder(g, encoder, { inputIds, attentionMask, layers, ...more });
  g.output(meanPool(g, hidden, attentionMask), 'embedding');
  return g;
}

/** Embeddings of windows by a graph of `embeddingGraph`: one row each. */
export async function embed(
  graph: Graph,
  windows: readonly (readonly number[])[],
  more: Parameters<Session['run']>[0] = {},
): Promise<Float32Array[]> {
  const session = await Session.create(modelBytes(graph), { device: 'cpu' });
  try {
    const outputs = await session.run({ ...tokenFeeds(windows, 0), ...more });
    const rows = floats(outputs['embedding']);
    const size = rows.length / windows.length;
    return windows.map((_, i) => rows.slice(i * size, (i + 1) * size));
  } finally {
    await session.dispose();
  }
}

export function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? NaN))), 0);
}
