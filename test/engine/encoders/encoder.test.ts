import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildEncoder, selectLayers } from '../../../extension/engine/encoders/encoder';
import { Graph } from '../../../extension/engine/graph/graph';
import { Session } from '../../../extension/engine/runtime/session';
import { cosine, embed, embeddingGraph, largestDifference, loadMiniLm, type MiniLm } from './minilm';

let model: MiniLm;
const allLayers = [0, 1, 2, 3, 4, 5];

beforeAll(async () => {
  model = await loadMiniLm();
});

afterAll(() => {
  expect(Session.live).toBe(0);
});

function windowOf(text: string): number[] {
  return model.tokenizer.window(model.tokenizer.encode(text));
}

describe('the embedded model', () => {
  it('gives the similarities that sentence-transformers publishes for it', async () => {
    const texts = ['The weather is lovely today.', "It's so sunny outside!", 'He drove to the stadium.'];
    const [a, b, c] = await embed(embeddingGraph(model.encoder, allLayers), texts.map(windowOf));
    if (!a || !b || !c) throw new Error('An embedding is missing.');
    expect(cosine(a, b)).toBeCloseTo(0.666, 3);
    expect(cosine(a, c)).toBeCloseTo(0.1046, 3);
    expect(cosine(b, c)).toBeCloseTo(0.1411, 3);
  });

  it('gives a text the same embedding alone and beside a longer one', async () => {
    const graph = embeddingGraph(model.encoder, allLayers);
    const short = windowOf('Short.');
    const [alone] = await embed(graph, [short]);
    const [padded] = await embed(graph, [
      short,
      windowOf('A much longer text, so that the first one is padded. '.repeat(4)),
    ]);
    if (!alone || !padded) throw new Error('An embedding is missing.');
    expect(largestDifference(alone, padded)).toBeLessThan(2e-5);
  });
});

describe('buildEncoder', () => {
  it('applies the layers that are named, in their order', async () => {
    const windows = [windowOf('The weather is lovely today.')];
    const result = async (layers: number[]): Promise<Float32Array> => {
      const [row] = await embed(embeddingGraph(model.encoder, layers), windows);
      return row ?? new Float32Array();
    };
    const lower = await result([0, 2, 4]);
    expect(largestDifference(lower, await result([0, 4, 2]))).toBeGreaterThan(0.01);
    // The same layers, taken out and numbered anew, are an encoder of their own.
    const student = selectLayers(model.encoder, [0, 2, 4]);
    expect(student.layers).toBe(3);
    expect(student.json['num_hidden_layers']).toBe(3);
    expect([...student.tensors.keys()].filter((name) => name.includes('layer.3.'))).toEqual([]);
    const [own] = await embed(embeddingGraph(student, [0, 1, 2]), windows);
    expect(largestDifference(lower, own ?? new Float32Array())).toBe(0);
    // No layers: the embeddings themselves.
    expect((await result([])).length).toBe(384);
  });

  it('gives the output of every layer', () => {
    const g = new Graph();
    const text = {
      inputIds: g.input('ids', 'int64', ['batch', 'tokens']),
      attentionMask: g.input('mask', 'int64', ['batch', 'tokens']),
    };
    const { hidden, hiddenStates } = buildEncoder(g, model.encoder, { ...text, layers: [1, 3] });
    expect(hiddenStates).toHaveLength(3);
    expect(hiddenStates.at(-1)).toBe(hidden);
    for (const state of hiddenStates) expect(state.shape).toEqual(['batch', 'tokens', 384]);
  });

  it('stores a weight once for teacher and students of one graph', () => {
    const g = new Graph();
    const text = {
      inputIds: g.input('ids', 'int64', ['batch', 'tokens']),
      attentionMask: g.input('mask', 'int64', ['batch', 'tokens']),
    };
    buildEncoder(g, model.encoder, { ...text, layers: allLayers });
    const bytes = (): number => [...g.constants.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    const teacher = bytes();
    for (const layers of [
      [0, 1, 2],
      [0, 2, 4],
    ]) {
      g.scope('student', () => buildEncoder(g, model.encoder, { ...text, layers }));
    }
    expect(bytes()).toBe(teacher);
  });

  it('names a layer that is not there', () => {
    const g = new Graph();
    const ids = g.input('ids', 'int64', ['batch', 'tokens']);
    const build = () => buildEncoder(g, model.encoder, { inputIds: ids, attentionMask: ids, layers: [0, 6] });
    expect(build).toThrow('The base model has no layer 6; its layers are 0 to 5.');
  });
});
