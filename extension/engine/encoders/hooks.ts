/**
 * The places of an encoder where an adapter may act, under names that all families share. Layers are counted as
 * they are built, from 0: layer 1 of a student made of layers 0, 2, 4 is the base model's layer 2.
 */
import type { Graph, Value } from '../graph/graph';

/** Linear layers of a transformer layer, in the order of the computation. */
export const linearRoles = ['query', 'key', 'value', 'attentionOutput', 'intermediate', 'output'] as const;
export type LinearRole = (typeof linearRoles)[number];

/** Layer normalisations: of the embeddings, of attention, of the feed-forward part, and of the last layer's output. */
export type NormRole = 'embeddingNorm' | 'attentionNorm' | 'outputNorm' | 'finalNorm';

/** The two halves of a transformer layer, each with a residual connection around it. */
export type Sublayer = 'attention' | 'feedForward';

export interface LinearSite {
  readonly layer: number;
  readonly role: LinearRole;
}

export interface NormSite {
  /** -1 for a normalisation outside the layers. */
  readonly layer: number;
  readonly role: NormRole;
}

/**
 * What an adapter does to an encoder while its graph is built. Its own tensors are inputs of the graph while it
 * learns and constants afterwards; the hooks do not know which.
 */
export interface EncoderHooks {
  /** Replaces a bias vector; undefined keeps the model's own. Not asked where the model has none. */
  bias?(site: LinearSite | NormSite): Value | undefined;
  /** Replaces the scale vector of a layer normalisation; not asked where the model has none. */
  scale?(site: NormSite): Value | undefined;
  /** Gives the output of a linear layer, `y = x W + b` [..., out], of its input x [..., in] and y. */
  linear?(g: Graph, site: LinearSite, x: Value, y: Value): Value;
  /** Gives the output of half a layer, y [..., hidden], before the residual is added. */
  sublayer?(g: Graph, layer: number, sublayer: Sublayer, y: Value): Value;
}
