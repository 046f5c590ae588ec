/** A process that is killed while it exports: what was there is there, and nothing half-made can be mistaken for a model. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportModel } from '../../../extension/engine/deploy/exportModel';
import { loadMiniLm, type MiniLm } from '../encoders/minilm';
import { trainedModel } from './trained';

let base: MiniLm;
let folder: string;
let models: string;

beforeAll(async () => {
  base = await loadMiniLm();
  folder = await mkdtemp(join(tmpdir(), 'nanonet-crash-'));
  models = join(folder, 'models');
  await build({
    entryPoints: [join(import.meta.dirname, 'exportChild.ts')],
    outfile: join(folder, 'child.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Exports in a process that kills itself. @returns the signal that ended it */
function exportAndDie(when: 'writing' | 'complete'): Promise<string | null> {
  const child = spawn(process.execPath, [join(folder, 'child.cjs'), base.dir, join(models, 'v1'), when], {
    env: { ...process.env, NODE_PATH: 'node_modules' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (_code, signal) => resolve(signal));
  });
}

it.each(['writing', 'complete'] as const)(
  'killed when %s, it leaves no model where there was none',
  async (when) => {
    expect(await exportAndDie(when)).toBe('SIGKILL');
    const left = await readdir(models);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/^\.v1\./);

    await exportModel(await trainedModel(base, 'bitfit', { layers: [0] }), join(models, 'v1'));
    expect(await readdir(models), 'the next export tidies up').toEqual(['v1']);
    const before = await readFile(join(models, 'v1/nanonet.json'), 'utf8');

    expect(await exportAndDie(when)).toBe('SIGKILL');
    expect(await readFile(join(models, 'v1/nanonet.json'), 'utf8')).toBe(before);
    await rm(models, { recursive: true });
  },
);
