/**
 * Early exit: most texts are told apart by their words alone. A head on the embeddings answers where it is sure, and only the
 * other texts of a batch go through the layers (BranchyNet, Teerapittayanon et al. 2016; DeeBERT, Xin et al. 2020).
 */
import { buildEncoder, type Encoder } from '../encoders/encoder';
import type { TextValues } from '../encoders/family';
import { add, lessOrEqual, max, mul, where } from '../graph/arithmetic';
import { scalar } from '../graph/constants';
import type { Graph, Value } from '../graph/graph';
import { gather, nonZero, scatterND } from '../graph/indexing';
import { unsqueeze } from '../graph/layout';
import { matmul } from '../graph/matrix';
import { softmax } from '../graph/neural';
import { reduceMax, reduceMin } from '../graph/reduce';
import { textFeatures } from '../peft/member';

export interface ExitHead {
  /** [hidden, classes] */
  readonly weight: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
  /** A text whose highest probability is above it is answered by the head. */
  readonly threshold: number;
}

/** What the head reads of a text: float32 [batch, hidden], rows of length 1. */
export function exitFeatures(g: Graph, encoder: Encoder, text: TextValues): Value {
  const { hidden } = buildEncoder(g, encoder, { ...text, layers: [] });
  return mul(g, textFeatures(g, hidden, text.attentionMask), 1 / Math.sqrt(encoder.hiddenSize));
}

/**
 * Logits [batch, classes]: the head's where it is sure, else those of all layers. The least sure text of a batch always
 * goes on, so that no operator meets an empty batch; where the head is sure of it all the same, its answer stands, as in any other batch.
 * @param deep adds the layers, for some of the texts
 */
export function withEarlyExit(
  g: Graph,
  encoder: Encoder,
  text: TextValues,
  head: ExitHead,
  deep: (text: TextValues) => Value,
): Value {
  const early = g.scope('exit', () => {
    const size = encoder.hiddenSize;
    const classes = head.bias.length;
    const weight = g.constant('weight', { type: 'float32', shape: [size, classes], data: head.weight });
    const bias = g.constant('bias', { type: 'float32', shape: [classes], data: head.bias });
    return add(g, matmul(g, exitFeatures(g, encoder, text), weight), bias);
  });
  const sureness = reduceMax(g, softmax(g, early), [-1]);
  const bar = max(g, reduceMin(g, sureness), scalar(g, head.threshold));
  const rows = nonZero(g, lessOrEqual(g, sureness, bar), 'unsure');
  const unsure = deep({
    inputIds: gather(g, text.inputIds, rows),
    attentionMask: gather(g, text.attentionMask, rows),
  });
  const isUnsure = lessOrEqual(g, unsqueeze(g, gather(g, sureness, rows), [1]), scalar(g, head.threshold));
  return scatterND(g, early, unsqueeze(g, rows, [1]), where(g, isUnsure, unsure, gather(g, early, rows)));
}
