/** `EngineClient` against a real forked process (a tiny engine), killed where it hurts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError, CancelledError } from '../../extension/protocol/appError';
import type { TrainParams } from '../../extension/protocol/engineApi';
import type { EngineState } from '../../extension/protocol/engineClient';
import { EngineClient } from '../../extension/protocol/engineClient';

let bundleDir: string;
let dir: string;
let client: EngineClient;
let logged: string[];
let states: EngineState[];

beforeAll(async () => {
  bundleDir = mkdtempSync(join(tmpdir(), 'tiny-engine-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'fixtures/tinyEngine.ts')],
    outfile: join(bundleDir, 'engine.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
});
afterAll(() => rmSync(bundleDir, { recursive: true }));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'engine-client-'));
  const lines: string[] = (logged = []);
  const seen: EngineState[] = (states = []);
  client = new EngineClient({
    modulePath: join(bundleDir, 'engine.js'),
    log: (level, message) => lines.push(`${level}: ${message}`),
    onState: (state) => seen.push(state),
  });
});
afterEach(() => {
  client.dispose();
  rmSync(dir, { recursive: true });
});

const run = (lives: readonly number[]): TrainParams => {
  writeFileSync(join(dir, 'lives.json'), JSON.stringify(lives));
  return { runId: 'r', dataFile: '', runDir: dir, modelDir: dir, settings: {} };
};
const file = (name: string): string => readFileSync(join(dir, name), 'utf8');
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );

test('it starts when first asked, below the priority of the editor, and says what it hears', async () => {
  expect(client.pid).toBeUndefined();
  const info = await client.info();
  expect(info).toEqual({ pid: client.pid, version: 'tiny' });
  expect(getPriority(info.pid)).toBeGreaterThan(getPriority());
  expect(states).toEqual(['running']);
  await expect
    .poll(() => logged)
    .toEqual(expect.arrayContaining(['info: tiny engine is up', 'warn: a native library says hello']));
});

test('progress arrives in order and the result after it', async () => {
  const steps: number[] = [];
  const result = await client.train(run([]), { onProgress: (snapshot) => steps.push(snapshot.step) });
  expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(result.modelDir).toBe(dir);
});

test('a killed training goes on where it was', async () => {
  const steps: number[] = [];
  await client.train(run([4, 7]), { onProgress: (snapshot) => steps.push(snapshot.step) });
  // The step that was checkpointed last is said again by the next life; nothing before it is.
  expect(steps).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10]);
  expect(states).toEqual(['running', 'crashed', 'running', 'crashed', 'running']);
});

test('progress in between renews the three restarts', async () => {
  await client.train(run([1, 2, 3, 4, 5, 6, 7]));
  expect(file('life')).toHaveLength(8);
});

test('without progress it is given up after three restarts', async () => {
  const error = await failure(client.train(run([2, 1, 1, 1, 1, 1])));
  expect(AppError.is(error, 'engine/crashed')).toBe(true);
  expect((error as Error).message).toContain('SIGKILL');
  // The first life got somewhere; three more did not.
  expect(file('life')).toHaveLength(4);
});

test('cancelling ends the work and leaves the process for the next', async () => {
  const controller = new AbortController();
  const work = client.train(run([]), {
    signal: controller.signal,
    onProgress: ({ step }) => step === 3 && controller.abort(),
  });
  expect(await failure(work)).toBeInstanceOf(CancelledError);
  expect(Number(file('step'))).toBeLessThan(10);
  expect(states).toEqual(['running']);
  await client.info();
});

test('classify is asked once more after a crash, and once only', async () => {
  const [prediction] = await client.classify({ modelDir: dir, texts: ['die once'] });
  expect(prediction?.label).toBe('die once');
  const error = await failure(client.classify({ modelDir: dir, texts: ['die always'] }));
  expect(AppError.is(error, 'engine/crashed')).toBe(true);
  expect(file('asked')).toHaveLength(4);
});

test('errors keep their code; bugs keep their stack', async () => {
  const error = await failure(client.evaluate({ modelDir: dir, dataFile: '' }));
  expect(AppError.is(error, 'evaluate/no-rows')).toBe(true);
  const bug = await failure(client.classify({ modelDir: dir, texts: ['bug'] }));
  expect(bug).not.toBeInstanceOf(AppError);
  expect((bug as Error).stack).toContain('engine.js');
});

test('a restart carries the running training into the new process', async () => {
  let restarted: Promise<void> | undefined;
  const work = client.train(run([]), {
    onProgress: ({ step }) => {
      if (step === 5) restarted ??= client.restart();
    },
  });
  await work;
  await restarted;
  expect(file('life')).toHaveLength(2);
});

test('a paused training waits, and also when its process is killed meanwhile', async () => {
  const steps: number[] = [];
  let paused: Promise<void> | undefined;
  const work = client.train(run([]), {
    onProgress: ({ step }) => {
      steps.push(step);
      if (step === 4) paused ??= client.pause('r');
    },
  });
  await expect.poll(() => paused !== undefined, { timeout: 15_000 }).toBe(true);
  await paused;
  const waiting = async (): Promise<number | undefined> => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = steps.at(-1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(steps.at(-1)).toBe(before);
    return before;
  };
  expect(await waiting()).toBeLessThan(10);
  await client.restart();
  await expect.poll(() => file('life'), { timeout: 15_000 }).toHaveLength(2);
  expect(await waiting()).toBeLessThan(10);
  await client.resume('r');
  await work;
  expect(steps.at(-1)).toBe(10);
});

test('a missing engine is an error that says so', async () => {
  const missing = new EngineClient({
    modulePath: join(dir, 'none.js'),
    log: (_level, line) => logged.push(line),
  });
  const error = await failure(missing.info());
  expect(AppError.is(error, 'engine/crashed')).toBe(true);
  expect(logged.join('\n')).toContain('none.js');
});

test('dispose ends the process and what waits for it', async () => {
  const work = failure(client.train(run([])));
  await expect.poll(() => client.pid).toBeDefined();
  const { pid } = await client.info();
  client.dispose();
  expect(await work).toBeInstanceOf(CancelledError);
  expect(() => process.kill(pid, 0)).toThrow();
  expect(await failure(client.info())).toBeInstanceOf(CancelledError);
});
