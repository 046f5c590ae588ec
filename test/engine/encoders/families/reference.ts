/**
 * Forward passes of all families as their papers and Hugging Face's modeling files define them: loops over numbers in double
 * precision, one text at a time, so without padding. Shares nothing with the graphs that it is there to check.
 */
import { at, attend, dot, gelu, given, plus, range, sum, type Matrix } from './plainNumbers';

export type Config = Readonly<Record<string, unknown>>;
/** Tensors as the file has them. */
export type Tensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: ArrayLike<number> }
>;

/** The embeddings, then the output of each layer: [tokens][hidden]. */
export function referenceStates(config: Config, tensors: Tensors, ids: readonly number[]): Matrix[] {
  const model = new Model(config, tensors);
  switch (config['model_type']) {
    case 'bert':
      return postNorm(model, bertNames('bert.'), ids);
    case 'roberta':
    case 'xlm-roberta':
      return postNorm(model, bertNames('roberta.'), ids);
    case 'mpnet':
      return postNorm(model, mpnetNames, ids);
    case 'distilbert':
      return postNorm(model, distilbertNames, ids);
    case 'modernbert':
      return modernbert(model, ids);
    default:
      throw new Error(`No reference for ${String(config['model_type'])}.`);
  }
}

class Model {
  constructor(
    private readonly config: Config,
    private readonly tensors: Tensors,
  ) {}

  number(key: string, otherwise?: number): number {
    const value = this.config[key] ?? otherwise;
    if (typeof value !== 'number') throw new Error(`config.json has no number "${key}".`);
    return value;
  }

  get type(): unknown {
    return this.config['model_type'];
  }

  rows(name: string): Matrix {
    const { shape, data } = this.tensor(name);
    const [rows = 0, columns = 0] = shape;
    return range(rows).map((r) => range(columns).map((c) => data[r * columns + c] as number));
  }

  vector(name: string): number[] | undefined {
    return this.tensors.has(name) ? Array.from(this.tensor(name).data) : undefined;
  }

  /** torch.nn.Linear: y = x W^T + b. */
  linear(x: Matrix, name: string): Matrix {
    const weight = this.rows(`${name}.weight`);
    const bias = this.vector(`${name}.bias`);
    return x.map((row) => weight.map((w, o) => dot(row, w) + (bias?.[o] ?? 0)));
  }

  norm(x: Matrix, name: string, epsilon: number): Matrix {
    const scale = this.vector(`${name}.weight`) ?? [];
    const bias = this.vector(`${name}.bias`);
    return x.map((row) => {
      const mean = sum(row) / row.length;
      const variance = sum(row.map((v) => (v - mean) ** 2)) / row.length;
      return row.map(
        (v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * at(scale, i) + (bias?.[i] ?? 0),
      );
    });
  }

  private tensor(name: string): { readonly shape: readonly number[]; readonly data: ArrayLike<number> } {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`The file has no "${name}".`);
    return tensor;
  }
}

interface Names {
  readonly prefix: string;
  readonly layer: string;
  readonly attention: readonly [query: string, key: string, value: string, output: string];
  readonly attentionNorm: string;
  readonly feedForward: readonly [string, string];
  readonly outputNorm: string;
}

function bertNames(prefix: string): Names {
  return {
    prefix,
    layer: 'encoder.layer',
    attention: [
      'attention.self.query',
      'attention.self.key',
      'attention.self.value',
      'attention.output.dense',
    ],
    attentionNorm: 'attention.output.LayerNorm',
    feedForward: ['intermediate.dense', 'output.dense'],
    outputNorm: 'output.LayerNorm',
  };
}

const mpnetNames: Names = {
  ...bertNames('mpnet.'),
  attention: ['attention.attn.q', 'attention.attn.k', 'attention.attn.v', 'attention.attn.o'],
  attentionNorm: 'attention.LayerNorm',
};

const distilbertNames: Names = {
  prefix: 'distilbert.',
  layer: 'transformer.layer',
  attention: ['attention.q_lin', 'attention.k_lin', 'attention.v_lin', 'attention.out_lin'],
  attentionNorm: 'sa_layer_norm',
  feedForward: ['ffn.lin1', 'ffn.lin2'],
  outputNorm: 'output_layer_norm',
};

function postNorm(model: Model, names: Names, ids: readonly number[]): Matrix[] {
  const { prefix } = names;
  const isDistil = model.type === 'distilbert';
  const epsilon = isDistil ? 1e-12 : model.number('layer_norm_eps', 1e-12);
  const heads = model.number(isDistil ? 'n_heads' : 'num_attention_heads');
  const layers = model.number(isDistil ? 'n_layers' : 'num_hidden_layers');
  const words = model.rows(`${prefix}embeddings.word_embeddings.weight`);
  const positions = model.rows(`${prefix}embeddings.position_embeddings.weight`);
  const types = ['mpnet', 'distilbert'].includes(String(model.type))
    ? undefined
    : model.rows(`${prefix}embeddings.token_type_embeddings.weight`);
  const places = placesOf(model, ids);
  const embedded = ids.map((id, i) =>
    at(words, id).map((v, j) => v + at(at(positions, at(places, i)), j) + (types?.[0]?.[j] ?? 0)),
  );
  const relative =
    model.type === 'mpnet' ? model.rows(`${prefix}encoder.relative_attention_bias.weight`) : undefined;
  const scoreBias = (head: number, query: number, key: number): number =>
    relative ? at(at(relative, mpnetBucket(key - query)), head) : 0;

  const states = [model.norm(embedded, `${prefix}embeddings.LayerNorm`, epsilon)];
  for (let i = 0; i < layers; i++) {
    const x = at(states, i);
    const layer = `${prefix}${names.layer}.${i}.`;
    const [query, key, value, output] = names.attention;
    const [q, k, v] = [query, key, value].map((name) => model.linear(x, layer + name));
    const attended = model.linear(attend(given(q), given(k), given(v), heads, scoreBias), layer + output);
    const middle = model.norm(plus(attended, x), layer + names.attentionNorm, epsilon);
    const [first, second] = names.feedForward;
    const inner = model.linear(middle, layer + first).map((row) => row.map(gelu));
    states.push(
      model.norm(plus(model.linear(inner, layer + second), middle), layer + names.outputNorm, epsilon),
    );
  }
  return states;
}

/** Rows of the position embeddings: RoBERTa and MPNet count tokens that are no padding, from the padding's number on. */
function placesOf(model: Model, ids: readonly number[]): number[] {
  if (model.type === 'bert' || model.type === 'distilbert') return ids.map((_, i) => i);
  const padding = model.type === 'mpnet' ? 1 : model.number('pad_token_id', 1);
  let count = 0;
  return ids.map((id) => (id === padding ? padding : padding + ++count));
}

/** `relative_position_bucket` with 32 buckets and a largest distance of 128. */
function mpnetBucket(relativePosition: number): number {
  const n = Math.abs(relativePosition);
  const side = -relativePosition < 0 ? 16 : 0;
  if (n < 8) return side + n;
  return side + Math.min(15, 8 + Math.trunc((Math.log(n / 8) / Math.log(128 / 8)) * 8));
}

function modernbert(model: Model, ids: readonly number[]): Matrix[] {
  const epsilon = model.number('norm_eps', 1e-5);
  const heads = model.number('num_attention_heads');
  const hidden = model.number('hidden_size');
  const window = Math.floor(model.number('local_attention', 128) / 2);
  const words = model.rows('model.embeddings.tok_embeddings.weight');
  const states = [
    model.norm(
      ids.map((id) => at(words, id)),
      'model.embeddings.norm',
      epsilon,
    ),
  ];
  const layers = model.number('num_hidden_layers');
  for (let i = 0; i < layers; i++) {
    const x = at(states, i);
    const layer = `model.layers.${i}.`;
    const isGlobal = i % model.number('global_attn_every_n_layers', 3) === 0;
    const theta = isGlobal
      ? model.number('global_rope_theta', 160_000)
      : model.number('local_rope_theta', 10_000);
    const qkv = model.linear(i === 0 ? x : model.norm(x, `${layer}attn_norm`, epsilon), `${layer}attn.Wqkv`);
    const part = (p: number): Matrix => qkv.map((row) => row.slice(p * hidden, (p + 1) * hidden));
    const far = (query: number, key: number): number =>
      !isGlobal && Math.abs(query - key) > window ? -Infinity : 0;
    const attended = attend(
      rotated(part(0), heads, theta),
      rotated(part(1), heads, theta),
      part(2),
      heads,
      (_, query, key) => far(query, key),
    );
    const middle = plus(x, model.linear(attended, `${layer}attn.Wo`));
    const inner = model.linear(model.norm(middle, `${layer}mlp_norm`, epsilon), `${layer}mlp.Wi`);
    const gated = inner.map((row) => {
      const size = row.length / 2;
      return range(size).map((j) => gelu(at(row, j)) * at(row, size + j));
    });
    states.push(plus(middle, model.linear(gated, `${layer}mlp.Wo`)));
  }
  states[layers] = model.norm(at(states, layers), 'model.final_norm', epsilon);
  return states;
}

/** q cos + rotate_half(q) sin, head by head. */
function rotated(x: Matrix, heads: number, theta: number): Matrix {
  return x.map((row, place) => {
    const size = row.length / heads;
    return row.map((v, i) => {
      const within = i % size;
      const angle = place * theta ** -((2 * (within % (size / 2))) / size);
      const other = within < size / 2 ? -at(row, i + size / 2) : at(row, i - size / 2);
      return v * Math.cos(angle) + other * Math.sin(angle);
    });
  });
}
