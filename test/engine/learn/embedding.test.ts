import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadEncoder, selectLayers, type Encoder } from '../../../extension/engine/encoders/encoder';
import type { Window } from '../../../extension/engine/encoders/tokenBatches';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { embedWindows } from '../../../extension/engine/learn/embedding';
import { baseModel, tinyTexts } from './tinyRun';

/** So many that several batches are read. */
const copies = 4;
const quiet = new AbortController().signal;
let folder = '';
let encoder: Encoder;
let padId = 0;
let windows: Window[][] = [];
let expected: Float32Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-embedding-'));
  encoder = selectLayers(await loadEncoder(baseModel), [0]);
  const tokenizer = await Tokenizer.load(baseModel);
  padId = tokenizer.padId;
  windows = Array.from({ length: copies }, (_, copy) =>
    tinyTexts().map(({ text }) => tokenizer.windows(`${copy} ${text}`, 32)),
  ).flat();
  expected = await embed();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function embed(
  cacheFile?: string,
  signal = quiet,
  onProgress?: (tokens: number) => void,
): Promise<Float32Array> {
  const place = { padId, device: 'cpu' as const, eightBit: false, ...(cacheFile && { cacheFile }) };
  return (await embedWindows(encoder, windows, place, signal, onProgress)).data;
}

it('computes nothing again that a run that was cancelled has computed', async () => {
  const file = join(folder, 'cancelled.f32');
  const cancel = new AbortController();
  await expect(embed(file, cancel.signal, () => cancel.abort())).rejects.toThrow();
  const computed = await readFile(file);
  expect(computed.length).toBeGreaterThan(0);
  expect(computed.length).toBeLessThan(expected.byteLength);
  // If it were computed again, the mark would not be seen.
  const mark = Buffer.from(computed);
  mark.writeFloatLE(7, 0);
  await writeFile(file, mark);
  const vectors = await embed(file);
  expect(vectors.filter((x, i) => x !== expected[i]).length).toBe(encoder.hiddenSize);
});

it('writes over what was left half written', async () => {
  const file = join(folder, 'torn.f32');
  await embed(file);
  const whole = await readFile(file);
  for (const size of [3, whole.length - 5]) {
    await truncate(file, size);
    expect(await embed(file)).toEqual(expected);
    expect(await readFile(file)).toEqual(whole);
  }
});

it('is filled by two runs at once', async () => {
  const file = join(folder, 'shared.f32');
  expect(await Promise.all([embed(file), embed(file)])).toEqual([expected, expected]);
  expect(await embed(file)).toEqual(expected);
});
