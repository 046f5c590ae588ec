import { describe, expect, it } from 'vitest';
import { f32, floats, i64, scalar, scalarOf } from '../../../extension/engine/runtime/tensor';

describe('tensor', () => {
  it('takes data as it is and makes zeros without', () => {
    const data = new Float32Array(6);
    expect(f32([2, 3], data).data).toBe(data);
    expect([...f32([2]).data]).toEqual([0, 0]);
    expect(scalar(2.5)).toEqual({ type: 'float32', shape: [], data: Float32Array.of(2.5) });
    expect([...i64([2], [-1, 2 ** 40]).data]).toEqual([-1n, 2n ** 40n]);
  });

  it('refuses data that does not fill the shape', () => {
    expect(() => f32([2, 3], [1, 2])).toThrow('Shape [2, 3] needs 6 elements, got 2.');
    expect(() => i64([3], [1, 2])).toThrow('needs 3 elements');
  });

  it('reads floats, and nothing else, as floats', () => {
    expect(scalarOf(scalar(3))).toBe(3);
    expect(() => floats(i64([1], [1]))).toThrow('float32');
    expect(() => floats(undefined)).toThrow('none');
    expect(() => scalarOf(f32([2]))).toThrow('one number');
  });
});
