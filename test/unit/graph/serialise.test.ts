/** Graphs as ONNX files, read back by the format's own decoder, and as text. */
import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../extension/protocol/appError';
import { add, clip, mul } from '../../../extension/engine/graph/arithmetic';
import { Graph, type Value } from '../../../extension/engine/graph/graph';
import { reshape, transpose } from '../../../extension/engine/graph/layout';
import { matmul } from '../../../extension/engine/graph/matrix';
import { gelu, layerNorm } from '../../../extension/engine/graph/neural';
import { print } from '../../../extension/engine/graph/print';
import { modelBytes } from '../../../extension/engine/graph/serialise';

describe('modelBytes', () => {
  it('writes inputs, outputs, sizes and versions', () => {
    const { g } = linear();
    const model = onnx.ModelProto.decode(modelBytes(g));
    expect(Number(model.irVersion)).toBe(10);
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 21],
      ['com.microsoft', 1],
    ]);
    const input = model.graph?.input?.[0]?.type?.tensorType;
    expect(input?.elemType).toBe(onnx.TensorProto.DataType.FLOAT);
    expect(input?.shape?.dim?.map((dim) => dim.dimParam || Number(dim.dimValue))).toEqual(['batch', 2]);
    expect(model.graph?.output?.map(({ name }) => name)).toEqual(['y']);
  });

  it('keeps constants bit by bit, also from the middle of a buffer', () => {
    const g = new Graph();
    const data = Float32Array.of(9, 1.5, -0, NaN, 9).subarray(1, 4);
    g.output(g.constant('w', { type: 'float32', shape: [3], data }), 'y');
    const [tensor] = onnx.ModelProto.decode(modelBytes(g)).graph?.initializer ?? [];
    const raw = tensor?.rawData ?? new Uint8Array();
    expect(new Float32Array(Uint8Array.from(raw).buffer)).toEqual(Float32Array.of(1.5, -0, NaN));
  });

  it('writes each kind of attribute', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3]);
    const w = g.constant('w', { type: 'float32', shape: [3], data: Float32Array.of(1, 1, 1) });
    g.output(gelu(g, transpose(g, layerNorm(g, x, w, w, 0.5)), 'tanh'), 'y');
    const nodes = onnx.ModelProto.decode(modelBytes(g)).graph?.node ?? [];
    const attributes = new Map(nodes.flatMap((node) => node.attribute ?? []).map((a) => [a.name, a]));
    const Type = onnx.AttributeProto.AttributeType;
    expect(attributes.get('epsilon')).toMatchObject({ type: Type.FLOAT, f: 0.5 });
    expect(attributes.get('axis')?.type).toBe(Type.INT);
    expect(Number(attributes.get('axis')?.i)).toBe(-1);
    expect(attributes.get('perm')?.ints?.map(Number)).toEqual([1, 0]);
    expect(Buffer.from(attributes.get('approximate')?.s ?? []).toString()).toBe('tanh');
  });

  it('leaves out what no output needs: nodes, constants, statistics', () => {
    const { g, x } = linear();
    mul(g, x, g.constant('dead', { type: 'float32', shape: [1], data: Float32Array.of(1) }));
    const weight = g.constant('scale', { type: 'float32', shape: [2], data: Float32Array.of(1, 1) });
    g.output(layerNorm(g, x, weight, weight, 1e-5), 'z');
    const graph = onnx.ModelProto.decode(modelBytes(g)).graph;
    expect(graph?.node?.map((node) => node.opType)).not.toContain('Mul');
    expect(graph?.initializer?.map(({ name }) => name)).not.toContain('dead');
    const norm = graph?.node?.find((node) => node.opType === 'LayerNormalization');
    expect(norm?.output).toHaveLength(1);
  });

  it('marks a left-out input in the middle by an empty name, and at the end by nothing', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    g.output(clip(g, clip(g, x, 0), undefined, 1), 'y');
    const clips = onnx.ModelProto.decode(modelBytes(g)).graph?.node?.filter(
      ({ opType }) => opType === 'Clip',
    );
    expect(clips?.map((node) => node.input)).toEqual([
      ['x', 'float32(0)'],
      ['Clip:out', '', 'float32(1)'],
    ]);
  });

  it('writes 100 MB of constants quickly, and little more than they are', () => {
    const g = new Graph();
    const rows = 25_000;
    const x = g.input('x', 'float32', ['batch', rows]);
    const weight = { type: 'float32', shape: [rows, 1000], data: new Float32Array(rows * 1000) } as const;
    g.output(matmul(g, x, g.constant('w', weight)), 'y');
    const start = performance.now();
    const bytes = modelBytes(g);
    expect(bytes.length - weight.data.byteLength).toBeLessThan(1000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('refuses a graph that computes nothing', () => {
    const act = (): unknown => modelBytes(linearWithoutOutput());
    expect(act).toThrow(expect.objectContaining({ code: 'graph/no-output' }) as AppError);
  });

  it('refuses more weights than one file of the format holds', () => {
    const g = new Graph();
    const half = { type: 'float32', shape: [2 ** 28], data: new Float32Array(2 ** 28) } as const;
    // One buffer, never written to, so that no memory is really taken.
    g.output(add(g, g.constant('a', half), g.constant('b', half)), 'y');
    expect(() => modelBytes(g)).toThrow(expect.objectContaining({ code: 'graph/too-large' }) as AppError);
  });
});

describe('print', () => {
  it('shows every line of a graph', () => {
    const { g, x } = linear();
    g.output(reshape(g, x, [-1]), 'all');
    expect(print(g)).toBe(
      [
        'input x: float32[batch, 2]',
        'constant w: float32[2, 2] = [1, 2, 3, 4]',
        'constant float32(0.5): float32[] = 0.5',
        'constant int64[-1]: int64[1] = [-1]',
        'MatMul:out: float32[batch, 2] = MatMul(x, w)',
        'layer/Add:out: float32[batch, 2] = Add(MatMul:out, float32(0.5))',
        'y: float32[batch, 2] = Identity(layer/Add:out)',
        'Reshape:out: float32[2*batch] = Reshape(x, int64[-1])',
        'all: float32[2*batch] = Identity(Reshape:out)',
        'output y: float32[batch, 2]',
        'output all: float32[2*batch]',
      ].join('\n'),
    );
  });
});

function linear(): { g: Graph; x: Value } {
  const g = new Graph();
  const x = g.input('x', 'float32', ['batch', 2]);
  const w = g.constant('w', { type: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  const product = matmul(g, x, w);
  g.output(
    g.scope('layer', () => add(g, product, 0.5)),
    'y',
  );
  return { g, x };
}

function linearWithoutOutput(): Graph {
  const g = new Graph();
  mul(g, g.input('x', 'float32', [1]), 2);
  return g;
}
