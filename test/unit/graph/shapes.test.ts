/** Shape inference of the operator functions, named sizes included, and what they refuse. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../extension/protocol/appError';
import { add, cast, clip, equal, mul, where } from '../../../extension/engine/graph/arithmetic';
import { int64, scalar } from '../../../extension/engine/graph/constants';
import { broadcast, difference, product, quotient, sum } from '../../../extension/engine/graph/dims';
import { Graph, type DataType, type Shape, type Value } from '../../../extension/engine/graph/graph';
import { gather, gatherElements, scatterElements, scatterND } from '../../../extension/engine/graph/indexing';
import * as layout from '../../../extension/engine/graph/layout';
import { matmul } from '../../../extension/engine/graph/matrix';
import { layerNorm, softmax } from '../../../extension/engine/graph/neural';
import {
  dequantizeLinear,
  dynamicQuantizeLinear,
  matmulInteger,
} from '../../../extension/engine/graph/quantised';
import { argMax, reduceMean, reduceSum } from '../../../extension/engine/graph/reduce';
import { sizes } from '../../../extension/engine/graph/sizes';

describe('sizes', () => {
  it('broadcast from the right; a name fits itself and 1', () => {
    expect(broadcast(['batch', 'tokens', 4], [4])).toEqual(['batch', 'tokens', 4]);
    expect(broadcast(['batch', 1], [1, 'tokens'])).toEqual(['batch', 'tokens']);
    expect(broadcast([], [2])).toEqual([2]);
    expect(broadcast(['batch'], ['tokens'])).toBeUndefined();
    expect(broadcast(['batch'], [16])).toBeUndefined();
  });

  it('multiply and divide', () => {
    expect(product(['tokens', 3, 'batch', 4])).toBe('12*batch*tokens');
    expect(product(['12*batch', 2])).toBe('24*batch');
    expect(product([])).toBe(1);
    expect(quotient(['batch', 'tokens', 12], ['batch', 4])).toBe('3*tokens');
    expect(quotient(['batch', 8], ['tokens'])).toBeUndefined();
    expect(quotient([7], [2])).toBeUndefined();
  });

  it('add and subtract', () => {
    expect(sum([2, 3])).toBe(5);
    expect(sum(['labelled'])).toBe('labelled');
    expect(sum(['labelled', 1, 'unlabelled', 2])).toBe('(labelled+unlabelled+3)');
    expect(difference('(labelled+unlabelled)', 'labelled')).toBe('unlabelled');
    expect(difference('(a+b+3)', '(a+1)')).toBe('(b+2)');
    expect(difference('tokens', 0)).toBe('tokens');
    expect(difference('tokens', 1)).toBe('(tokens-1)');
  });
});

describe('operators infer the shape of', () => {
  const { g, x } = graph();
  const row = g.input('row', 'float32', [8]);
  const ids = g.input('ids', 'int64', ['batch', 'tokens']);

  it.each<[string, Value, Shape]>([
    ['add', add(g, x, row), ['batch', 'tokens', 8]],
    ['add with a number', add(g, 1, row), [8]],
    ['equal', equal(g, ids, 0), ['batch', 'tokens']],
    ['where', where(g, equal(g, ids, 0), 1, scalar(g, 0)), ['batch', 'tokens']],
    ['matmul', matmul(g, x, layout.transposeLast(g, x)), ['batch', 'tokens', 'tokens']],
    ['matmul with a weight', matmul(g, x, constant(g, [8, 3])), ['batch', 'tokens', 3]],
    ['reshape by names', layout.reshape(g, x, ['batch', 'tokens', 2, 4]), ['batch', 'tokens', 2, 4]],
    ['reshape with a rest', layout.reshape(g, x, [-1, 8]), ['batch*tokens', 8]],
    ['reshape to a vector', layout.reshape(g, x, [-1]), ['8*batch*tokens']],
    ['transpose', layout.transpose(g, x, [0, 2, 1]), ['batch', 8, 'tokens']],
    ['transpose of all', layout.transpose(g, x), [8, 'tokens', 'batch']],
    ['unsqueeze', layout.unsqueeze(g, x, [1, -1]), ['batch', 1, 'tokens', 8, 1]],
    ['squeeze', layout.squeeze(g, layout.unsqueeze(g, x, [1]), [1]), ['batch', 'tokens', 8]],
    ['expand', layout.expand(g, row, ['batch', 'tokens', 8]), ['batch', 'tokens', 8]],
    ['concat', layout.concat(g, [x, x], 1), ['batch', '(tokens+tokens)', 8]],
    ['slice', layout.slice(g, x, 2, 1, 5), ['batch', 'tokens', 4]],
    ['slice to the end', layout.slice(g, x, 1, 1), ['batch', '(tokens-1)', 8]],
    ['slice by name', layout.slice(g, constant(g, [512, 8]), 0, 0, 'tokens'), ['tokens', 8]],
    ['pad', layout.padTo(g, row, 0, 2, 12), [12]],
    ['gather', gather(g, constant(g, [100, 8]), ids), ['batch', 'tokens', 8]],
    ['gather elsewhere', gather(g, x, int64(g, [0, 1]), -1), ['batch', 'tokens', 2]],
    [
      'gatherElements',
      gatherElements(g, x, int64Input(g, ['batch', 'tokens', 1]), 2),
      ['batch', 'tokens', 1],
    ],
    ['reduceSum', reduceSum(g, x, [-1]), ['batch', 'tokens']],
    ['reduceMean', reduceMean(g, x, [0, 1], true), [1, 1, 8]],
    ['reduceSum of all', reduceSum(g, x), []],
    ['argMax', argMax(g, x, 2), ['batch', 'tokens']],
    ['softmax', softmax(g, x), ['batch', 'tokens', 8]],
    ['layerNorm', layerNorm(g, x, row, row, 1e-5), ['batch', 'tokens', 8]],
    ['sizes', sizes(g, ['batch', 3, 'batch*tokens']), [3]],
  ])('%s', (_, value, shape) => {
    expect(value.shape).toEqual(shape);
  });

  it('the parts of a split', () => {
    expect(layout.split(g, x, -1, [3, 5]).map((part) => part.shape)).toEqual([
      ['batch', 'tokens', 3],
      ['batch', 'tokens', 5],
    ]);
  });

  it('8-bit arithmetic, with its types', () => {
    const q = dynamicQuantizeLinear(g, x);
    const y = matmulInteger(g, q.values, constant(g, [8, 3], 'int8'), q.zeroPoint);
    expect([q.values.type, q.zeroPoint.type, y.type]).toEqual(['uint8', 'uint8', 'int32']);
    expect(y.shape).toEqual(['batch', 'tokens', 3]);
    expect(dequantizeLinear(g, y, constant(g, [3]), undefined, 2).type).toBe('float32');
  });

  it('types: comparisons give bool, cast what it is told', () => {
    expect(equal(g, x, x).type).toBe('bool');
    expect(cast(g, ids, 'float32').type).toBe('float32');
    expect(cast(g, ids, 'int64')).toBe(ids);
    expect(clip(g, ids, 0).type).toBe('int64');
  });
});

describe('operators refuse', () => {
  const { g, x } = graph();
  const tokens = g.input('other', 'float32', ['tokens', 3]);
  const ids = g.input('ids', 'int64', ['batch']);

  it.each<[string, () => unknown, RegExp]>([
    [
      'unequal sizes',
      () => mul(g, x, tokens),
      /Mul.*"x" float32\[batch, tokens, 8\].*"other" float32\[tokens, 3\]/,
    ],
    ['unequal types', () => add(g, x, ids), /Add.*element types/],
    ['inner sizes', () => matmul(g, x, constant(g, [7, 2])), /MatMul.*8 columns meet 7 rows/],
    ['vectors in matmul', () => matmul(g, x, constant(g, [8])), /two axes/],
    ['a reshape that loses elements', () => layout.reshape(g, x, ['batch', 8]), /Reshape.*\[batch, 8\]/],
    ['two rests', () => layout.reshape(g, x, [-1, -1]), /Reshape/],
    ['no permutation', () => layout.transpose(g, x, [0, 0, 1]), /permutation/],
    ['an axis beyond', () => reduceSum(g, x, [3]), /ReduceSum.*no axis 3/],
    ['squeezing a full axis', () => layout.squeeze(g, x, [2]), /Squeeze.*not of size 1/],
    ['expanding a full axis', () => layout.expand(g, x, ['batch', 'tokens', 16]), /Expand/],
    ['concat of unlike parts', () => layout.concat(g, [x, constant(g, [1, 2, 3])], 0), /Concat/],
    ['a slice beyond', () => layout.slice(g, x, 2, 4, 9), /Slice.*from 4 to 9/],
    ['a split that leaves something', () => layout.split(g, x, 2, [3, 3]), /Split/],
    ['float indices', () => gather(g, x, tokens), /indices are int64/],
    ['wrong updates', () => scatterND(g, x, int64(g, [1]), tokens), /updates must be \[tokens, 8\]/],
    ['unlike updates', () => scatterElements(g, x, ids, tokens, 0), /ScatterElements.*|element types/],
    ['a condition that is not bool', () => where(g, x, x, x), /not bool/],
    [
      'a weight of another width',
      () => layerNorm(g, x, constant(g, [4]), constant(g, [8]), 1e-5),
      /must be \[8\]/,
    ],
    ['float in 8-bit products', () => matmulInteger(g, x, x), /uint8 or int8/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: 'graph/shape' }) as AppError);
  });

  it('a size that no value has', () => {
    expect(() => sizes(g, ['nowhere'])).toThrow(/named "nowhere"/);
  });

  it('a constant with too few elements, and a name that is taken', () => {
    expect(() => g.constant('w', { type: 'float32', shape: [2], data: Float32Array.of(1) })).toThrow(
      AppError,
    );
    g.output(x, 'y');
    expect(() => g.output(x, 'y')).toThrow(/already/);
  });
});

function graph(): { g: Graph; x: Value } {
  const g = new Graph();
  return { g, x: g.input('x', 'float32', ['batch', 'tokens', 8]) };
}

function constant(g: Graph, shape: number[], type: DataType = 'float32'): Value {
  const size = shape.reduce((a, b) => a * b, 1);
  return g.constant('c', {
    type,
    shape,
    data: type === 'int8' ? new Int8Array(size) : new Float32Array(size),
  });
}

function int64Input(g: Graph, shape: Shape): Value {
  return g.input('indices', 'int64', shape);
}
