import { appendFile, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VectorStore } from '../../../extension/engine/explore/vectorStore';

const [one, two] = ['0'.repeat(32), 'f'.repeat(32)];

it('finds vectors by their text again, and writes over a record that was torn', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'nanonet-')), 'texts.f32');
  const store = await VectorStore.open(path, 2);
  await store.add([one], { size: 2, data: Float32Array.of(1, 2) });
  await store.close();
  await appendFile(path, Buffer.alloc(7, 1));

  const again = await VectorStore.open(path, 2);
  expect(again.get(one)).toEqual(Float32Array.of(1, 2));
  expect(again.get(two)).toBeUndefined();
  await again.add([two], { size: 2, data: Float32Array.of(3, 4) });
  await again.close();
  expect((await stat(path)).size).toBe(2 * (16 + 8));

  const last = await VectorStore.open(path, 2);
  expect([last.get(one), last.get(two)]).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  await last.close();
});
