import { appendFile, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VectorStore } from '../../../extension/engine/explore/vectorStore';

const [one, two] = ['0'.repeat(32), 'f'.repeat(32)];
const [first, second] = [Float32Array.of(1, 0), Float32Array.of(0, -1)];

async function filled(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'nanonet-')), 'texts.f32');
  const store = await VectorStore.open(path, 2);
  await store.add([one], { size: 2, data: first });
  await store.close();
  return path;
}

it('finds vectors by their text again, and writes over a record that was torn', async () => {
  const path = await filled();
  await appendFile(path, Buffer.alloc(7, 1));

  const again = await VectorStore.open(path, 2);
  expect(again.get(one)).toEqual(first);
  expect(again.get(two)).toBeUndefined();
  await again.add([two], { size: 2, data: second });
  await again.close();
  expect((await stat(path)).size).toBe(2 * (16 + 8));

  const last = await VectorStore.open(path, 2);
  expect([last.get(one), last.get(two)]).toEqual([first, second]);
  await last.close();
});

it.each([
  ['zeros', [0, 0]],
  ['no numbers', [NaN, 1]],
  ['another length', [3, 4]],
])('does not know a text whose vector became %s', async (_, numbers) => {
  const path = await filled();
  const bytes = await readFile(path);
  bytes.set(new Uint8Array(Float32Array.from(numbers).buffer), 16);
  await writeFile(path, bytes);
  const store = await VectorStore.open(path, 2);
  expect(store.get(one)).toBeUndefined();
  await store.close();
});
