import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { VectorStore } from '../../extension/engine/explore/vectorStore';

const run = promisify(execFile);
const source = join(import.meta.dirname, '../../extension/engine/explore/vectorStore.ts');

/** Adds a hundred vectors in one go; prints what it failed with, and how many it knows all the same. */
const writer = `
const { VectorStore } = require(process.argv[1]);
const keys = Array.from({ length: 100 }, (_, i) => i.toString(16).padStart(32, '0'));
VectorStore.open(process.argv[2], 2).then(async (store) => {
  const data = Float32Array.from({ length: 200 }, (_, i) => 1 - (i % 2));
  const failure = await store.add(keys, { size: 2, data }).catch(({ code, message }) => code + ': ' + message);
  console.log(JSON.stringify({ failure, known: keys.filter((key) => store.get(key)).length }));
});`;

it('a full disk: says so, goes on with what it knows, and finds again what got in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [bundle, path] = [join(folder, 'vectorStore.js'), join(folder, 'texts.f32')];
  await build({ entryPoints: [source], outfile: bundle, bundle: true, platform: 'node', logLevel: 'error' });
  // One block of 1024 bytes: 42 records and a part of the next.
  const limited = ['-c', 'ulimit -f 1; exec "$0" -e "$@"', process.execPath, writer, bundle, path];
  const { failure, known } = JSON.parse((await run('bash', limited)).stdout) as Record<string, unknown>;
  expect(failure).toBe(
    `explore/not-kept: ${path} cannot be written (no space left); free space, or allow it.`,
  );
  expect(known).toBe(100);

  const store = await VectorStore.open(path, 2);
  const key = (i: number): string => i.toString(16).padStart(32, '0');
  expect([store.get(key(41)), store.get(key(42))]).toEqual([Float32Array.of(1, 0), undefined]);
  await store.add([key(42)], { size: 2, data: Float32Array.of(0, 1) });
  await store.close();
  const again = await VectorStore.open(path, 2);
  expect([again.get(key(41)), again.get(key(42))]).toEqual([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
  await again.close();
});
