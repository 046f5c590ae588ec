import { expect, it } from 'vitest';
import { fourBitRows, middle } from '../../../extension/engine/graph/fourBits';
import { Graph } from '../../../extension/engine/graph/graph';
import { gather } from '../../../extension/engine/graph/indexing';
import { transposeLast } from '../../../extension/engine/graph/layout';
import { matmul } from '../../../extension/engine/graph/matrix';
import { quantised, type Rounding } from '../../../extension/engine/graph/quantise';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Random } from '../../../extension/engine/learn/random';
import { Session } from '../../../extension/engine/runtime/session';
import { f32, floats, i64 } from '../../../extension/engine/runtime/tensor';

const [rows, inner, columns] = [6, 96, 64];
const random = Random.of('quantise');
const weight = Float32Array.from({ length: columns * inner }, () => random.normal());
/** Each row a thousand times smaller than the one before; the last is zero. */
const x = f32(
  [rows, inner],
  Float32Array.from({ length: rows * inner }, (_, i) => {
    const row = Math.floor(i / inner);
    return row === rows - 1 ? 0 : random.normal() * 1000 ** -row;
  }),
);

/** x times the transpose of the weight. */
function product(): Graph {
  const g = new Graph();
  const w = g.constant('w', { type: 'float32', shape: [columns, inner], data: weight });
  g.output(matmul(g, g.input('x', 'float32', [rows, inner]), transposeLast(g, w)), 'y');
  return g;
}

async function run(graph: Graph): Promise<Float32Array> {
  const session = await Session.create(modelBytes(graph), { device: 'cpu' });
  return floats((await session.run({ x }).finally(() => session.dispose()))['y']);
}

/** Of each row, the length of the error in lengths of the exact row. */
async function errors(rounding: Rounding): Promise<number[]> {
  const exact = await run(product());
  const coarse = await run(quantised(product(), () => rounding));
  return Array.from({ length: rows }, (_, row) => {
    const length = (values: Float32Array): number =>
      Math.hypot(...values.subarray(row * columns, (row + 1) * columns));
    return length(exact.map((y, i) => y - (coarse[i] ?? 0))) / (length(exact) || 1);
  });
}

it('rounds each row by its own largest element, however small the row, and leaves a row of zeros at zero', async () => {
  const byRow = await errors('by row');
  for (const error of byRow.slice(0, -1)) expect(error).toBeLessThan(0.03);
  expect(byRow.at(-1)).toBe(0);
});

it('loses the small rows when all are rounded together', async () => {
  const together = await errors('together');
  expect(together[0]).toBeLessThan(0.03);
  expect(together[2]).toBeGreaterThan(0.5);
});

it('leaves a product as it is that is not chosen', async () => {
  expect(await run(quantised(product(), () => undefined))).toEqual(await run(product()));
});

it('looks up rows in 4 bits as they were packed', async () => {
  const [words, width] = [80, 128];
  const table = {
    type: 'float32',
    shape: [words, width],
    data: Float32Array.from({ length: words * width }, () => random.normal()),
  } as const;
  const g = new Graph();
  const ids = g.input('ids', 'int64', ['batch', 'tokens']);
  g.output(gather(g, g.constant('words', table), ids), 'y');
  const small = modelBytes(quantised(g, () => '4 bits'));
  expect(small.length).toBeLessThan(words * width);
  const session = await Session.create(small, { device: 'cpu' });
  const asked = [3, 79, 0, 3, 12, 41];
  const feeds = { ids: i64([2, 3], asked) };
  const found = floats((await session.run(feeds).finally(() => session.dispose()))['y']);
  const { values, scales } = fourBitRows(table);
  const expected = asked.flatMap((word) =>
    Array.from({ length: width }, (_, i) => {
      const byte = Number(values.data[(word * width) / 2 + (i % (width / 2))]);
      const level = i < width / 2 ? byte & 15 : byte >> 4;
      return Math.fround((level - middle) * Number(scales.data[(word * width) / 64 + Math.floor(i / 64)]));
    }),
  );
  expect([...found]).toEqual(expected);
});
