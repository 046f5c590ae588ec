import { expect, it } from 'vitest';
import { blockOf, fourBitRows, middle } from '../../../extension/engine/graph/fourBits';
import { Random } from '../../../extension/engine/learn/random';

const random = Random.of('four bits');

function unpacked(rows: number, columns: number, data: Float32Array): Float32Array {
  const { values, scales } = fourBitRows({ type: 'float32', shape: [rows, columns], data });
  expect(values.data).toHaveLength((rows * columns) / 2);
  return data.map((_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const byte = Number(values.data[(row * columns) / 2 + (column % (columns / 2))]);
    const level = column < columns / 2 ? byte & 15 : byte >> 4;
    return (level - middle) * Number(scales.data[Math.floor(i / blockOf(columns))]);
  });
}

it.each([
  [7, 128],
  [5, 6],
])('keeps %i rows of %i normal numbers to a tenth or so, whatever their size', (rows, columns) => {
  const data = Float32Array.from(
    { length: rows * columns },
    (_, i) => random.normal() * 10 ** -Math.floor(i / columns),
  );
  const back = unpacked(rows, columns, data);
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    const error = Math.hypot(...own.map((x, i) => x - (back[row * columns + i] ?? 0)));
    expect(error / Math.hypot(...own)).toBeLessThan(0.13);
  }
});

it('takes rows of zeros as next to nothing', () => {
  for (const x of unpacked(2, 64, new Float32Array(128))) expect(Math.abs(x)).toBeLessThan(1e-20);
});

it('refuses rows that do not fill bytes', () => {
  expect(() => fourBitRows({ type: 'float32', shape: [1, 3], data: new Float32Array(3) })).toThrow(
    /3 columns/,
  );
});
