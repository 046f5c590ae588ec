import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exportModel } from '../../extension/engine/deploy/exportModel';
import { build } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';
import { until } from '../editor/harness/until';
import { mails, trainedModel } from '../engine/deploy/trained';
import { loadMiniLm } from '../engine/encoders/minilm';
import { NanonetProcess, type Ended } from './nanonetProcess';
import { play, startWorkers } from './queueScenario';
import { RedisServer } from './redis';

const rowCount = 4_000;

let folder: string;
let model: string;
let redis: RedisServer;
/** What `nanonet classify` says of `rows.jsonl` without a queue. */
let whole: Buffer;

const nanonet = (...args: string[]): Promise<Ended> => new NanonetProcess(folder, ...args).ended;
const classify = (...args: string[]): string[] => ['classify', model, 'rows.jsonl', ...args];

beforeAll(async () => {
  await build(root, { log: () => undefined });
  folder = await mkdtemp(join(tmpdir(), 'nanonet-queue-'));
  model = join(folder, 'model');
  redis = await RedisServer.start();
  const base = await loadMiniLm();
  await exportModel({ ...(await trainedModel(base, 'bitfit', { layers: [0] })), baseDir: base.dir }, model);
  const texts = await mails(40, 0, 80);
  const rows = Array.from({ length: rowCount }, (_, i) => ({
    text: `${texts[i % texts.length]?.text} ${i}`,
  }));
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  expect(await nanonet(...classify('--out', 'whole.jsonl'))).toMatchObject({ code: 0 });
  whole = await readFile(join(folder, 'whole.jsonl'));
});
afterAll(async () => {
  await redis.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Workers that end with the test. */
async function workers(number: number): Promise<NanonetProcess[]> {
  const all = await startWorkers({ redis, folder, model }, number);
  onTestFinished(async () => {
    for (const worker of all) worker.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
  });
  return all;
}

const sizeOf = (file: string): Promise<number> =>
  stat(join(folder, file)).then(
    ({ size }) => size,
    () => 0,
  );

describe('a queue', () => {
  it('gives every row once and in order when a worker and Redis are killed: the bytes of a classify without it', async () => {
    const played = await play({ redis, folder, model, rows: 'rows.jsonl', whole, workers: 2, killed: 1 });
    expect(played.said).toMatch(/does not answer; waiting for it\.\n[^]*is back\./);
    expect(played.code).toBe(0);
    expect(played.cameBack).toBeGreaterThan(0);
    expect(played.answers.equals(whole)).toBe(true);
    expect(Math.max(...played.at)).toBeLessThan(whole.length);
    expect(await redis.shards()).toEqual([]);
  });

  it('that forgot its shards gets them again', async () => {
    await workers(1);
    const client = new NanonetProcess(folder, ...classify('--queue', redis.url, '--out', 'forgotten.jsonl'));
    await until('an answer', async () => (await sizeOf('forgotten.jsonl')) > 0, { everyMs: 5 });
    await redis.asked((own) => own.flushall());
    expect(await client.ended).toMatchObject({ code: 0 });
    expect((await readFile(join(folder, 'forgotten.jsonl'))).equals(whole)).toBe(true);
  });

  it('is gone on with after the command was killed', async () => {
    const args = classify('--queue', redis.url, '--out', 'killed.jsonl');
    const [worker] = await workers(1);
    const client = new NanonetProcess(folder, ...args);
    await until('an answer', async () => (await sizeOf('killed.jsonl')) > 0, { everyMs: 5 });
    client.kill('SIGKILL');
    await client.ended;
    const size = await sizeOf('killed.jsonl');
    expect(size).toBeLessThan(whole.length);
    expect(await redis.shards()).not.toEqual([]);
    expect(await nanonet(...args, '--resume')).toMatchObject({ code: 0 });
    expect((await readFile(join(folder, 'killed.jsonl'))).equals(whole)).toBe(true);
    expect(await redis.shards()).toEqual([]);

    worker?.kill('SIGTERM');
    expect(await worker?.ended).toMatchObject({
      code: 0,
      err: expect.stringMatching(/Stopped; \d+ texts answered\.\n$/) as string,
    });
  });

  it('is empty after Ctrl-C, and says what it waits for', async () => {
    const client = new NanonetProcess(folder, 'classify', model, '--queue', redis.url, '--in-flight', '12');
    client.type(await readFile(join(folder, 'rows.jsonl')));
    await until('what is missing', () => client.said.includes('start one with `nanonet worker`'));
    expect(await redis.shards()).toHaveLength(12);
    client.kill('SIGINT');
    expect(await client.ended).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^No worker takes .*\nStopping: .*\n$/) as string,
    });
    expect(await redis.shards()).toEqual([]);
  });

  it('names the text that no engine survives, after some tries, and keeps the answers before it', async () => {
    const [worker] = await workers(1);
    const args = classify('--queue', redis.url, '--in-flight', '1', '--out', 'poisoned.jsonl');
    const client = new NanonetProcess(folder, ...args);
    await until('an answer', async () => (await sizeOf('poisoned.jsonl')) > 0, { everyMs: 5 });
    const killing = setInterval(() => worker?.children.forEach((pid) => process.kill(pid, 'SIGKILL')), 5);
    const { code, err } = await client.ended.finally(() => clearInterval(killing));
    expect(code).toBe(1);
    const answered = (await readFile(join(folder, 'poisoned.jsonl'), 'utf8')).split('\n').length - 1;
    expect(err).toContain(`rows.jsonl, line ${answered + 1}: no worker can read this text`);
    expect(
      whole
        .subarray(0, await sizeOf('poisoned.jsonl'))
        .equals(await readFile(join(folder, 'poisoned.jsonl'))),
    ).toBe(true);
    expect(await redis.shards()).toEqual([]);
  });

  it('that is away keeps no worker from ending', async () => {
    const [worker] = await workers(1);
    await redis.kill();
    await until('the loss', () => worker?.said.includes('does not answer; waiting for it.'));
    worker?.kill('SIGTERM');
    expect(await worker?.ended).toMatchObject({ code: 0 });
    await redis.start();
  });

  it('that cannot be used is told in one sentence without its password', async () => {
    const wrong: [url: string, code: number, message: RegExp][] = [
      ['redis://:hush@127.0.0.1:1', 1, /^The Redis at 127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED.*\)/],
      ['http://me:hush@localhost', 2, /^--queue is an address of the form redis:/],
      ['redis://me:hush@localhost/db', 2, /^The database of --queue is a number/],
      [`rediss://me:hush@127.0.0.1:${redis.port}`, 1, /^The Redis at 127\.0\.0\.1:\d+ cannot be reached/],
      [redis.url.replace('//', '//nobody:hush@'), 1, /cannot be reached \(WRONGPASS/],
    ];
    for (const [url, code, message] of wrong) {
      const ended = await nanonet(...classify('--queue', url));
      expect(ended, url).toMatchObject({ code, out: '' });
      expect(ended.err, url).toMatch(message);
      expect(ended.err, url).not.toContain('hush');
      expect(ended.err.trim().split('\n'), url).toHaveLength(1);
    }
  });
});
