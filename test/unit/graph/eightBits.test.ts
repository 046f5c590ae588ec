import { expect, it } from 'vitest';
import { quantisedColumns, quantisedRows, type EightBits } from '../../../extension/engine/graph/eightBits';
import { Random } from '../../../extension/engine/learn/random';

const [rows, columns] = [9, 5];
const random = Random.of('eightBits');
/** Columns and rows of unlike sizes; one of each is zero. */
const data = Float32Array.from({ length: rows * columns }, (_, i) => {
  const [row, column] = [Math.floor(i / columns), i % columns];
  return row === 3 || column === 2 ? 0 : random.normal() * 10 ** (column - row);
});
const matrix = { type: 'float32', shape: [rows, columns], data } as const;

function worstError({ values, scales }: EightBits, scaleAt: (i: number) => number): number {
  const scale = (i: number): number => Number(scales.data[scaleAt(i)]);
  return Math.max(...data.map((x, i) => Math.abs(x - Number(values.data[i]) * scale(i)) / scale(i)));
}

it('keeps columns to half a step, and products of two within 16 bits', () => {
  const result = quantisedColumns(matrix);
  expect(result.scales.shape).toEqual([columns]);
  expect(worstError(result, (i) => i % columns)).toBeLessThan(0.5001);
  const largest = Math.max(...[...result.values.data].map((x) => Math.abs(Number(x))));
  expect(largest).toBe(64);
  expect(255 * largest * 2).toBeLessThan(2 ** 15);
});

it('keeps rows to half a step, with all of 8 bits', () => {
  const result = quantisedRows(matrix);
  expect(result.scales.shape).toEqual([rows, 1]);
  expect(worstError(result, (i) => Math.floor(i / columns))).toBeLessThan(0.5001);
  expect(Math.max(...[...result.values.data].map(Number).map(Math.abs))).toBe(127);
});

it('leaves what is zero at zero', () => {
  for (const { values, scales } of [quantisedColumns(matrix), quantisedRows(matrix)]) {
    expect([...scales.data].every((x) => Number(x) > 0)).toBe(true);
    data.forEach((x, i) => x === 0 && expect(values.data[i]).toBe(0));
  }
});

it('takes the transpose of a matrix as it takes a matrix', () => {
  const transposed = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / rows), i % rows];
    return data[column * columns + row] ?? 0;
  });
  const turned = { type: 'float32', shape: [columns, rows], data: transposed } as const;
  expect(quantisedColumns(turned, { turned: true })).toEqual(quantisedColumns(matrix));
});
