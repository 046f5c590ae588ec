import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { play } from '../../faults/queueScenario';
import { RedisServer } from '../../faults/redis';
import type { Measured } from '../framework';
import { givenRows, nanonet, readRows } from './benchmarkSets';
import { percent } from './figures';

const rowCount = 40_000;
const [workers, killed] = [4, 2];

/** Real processes, and a Redis of its own that writes an append-only file. */
export async function queueOfDyingParts(): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-queue-'));
  const redis = await RedisServer.start();
  try {
    const pool = await readRows('ag_news', 'pool');
    const model = await smallModel(folder, pool);
    await writeLines(
      join(folder, 'rows.jsonl'),
      Array.from({ length: rowCount }, (_, i) => ({ text: `${pool[i % pool.length]?.text} (${i})` })),
    );
    const begun = performance.now();
    // Paths are part of the answers: both are called with the same one.
    const rows = join(folder, 'rows.jsonl');
    await nanonet('classify', model, rows, '--out', join(folder, 'whole.jsonl'));
    const alone = seconds(begun);
    const whole = await readFile(join(folder, 'whole.jsonl'));
    const started = performance.now();
    const { answers, code, at, redisPeak, cameBack } = await play({
      redis,
      folder,
      model,
      rows,
      workers,
      killed,
      whole,
    });
    const queued = seconds(started);
    const lines = answers.toString().trimEnd().split('\n');
    const once = lines.filter((line, i) => (JSON.parse(line) as { line: number }).line === i + 1).length;
    const left = (await redis.shards()).length;
    const isSame = answers.equals(whole);
    const [first = '', second = ''] = at.map((bytes) => percent(bytes / whole.length));
    return {
      figure:
        `${killed} of ${workers} workers killed after ${first} of the answers, Redis after ${second}, ${cameBack} shards came back: ${once} of ${rowCount} rows ` +
        `once and in order in ${lines.length} lines, ${isSame ? 'the same bytes as' : 'OTHER bytes than'} without a queue; ${queued} s ` +
        `(${alone} s without a queue or deaths); Redis used ${(redisPeak / 1e6).toFixed(1)} MB at most and kept ${left} shards`,
      ok:
        code === 0 && cameBack > 0 && isSame && once === rowCount && lines.length === rowCount && left === 0,
    };
  } finally {
    await redis.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A student without layers: what is measured is the queue. */
async function smallModel(folder: string, pool: readonly object[]): Promise<string> {
  const [data, model] = [join(folder, 'data.jsonl'), join(folder, 'model')];
  const unlabelled = (pool as { text: string }[]).slice(0, 60).map(({ text }) => ({ text }));
  await writeLines(data, [...(await givenRows('ag_news', '10-1')), ...unlabelled]);
  await nanonet('train', data, '--out', model, '--students', 'none', '--steps', '12', '--device', 'cpu');
  return model;
}

function writeLines(file: string, rows: readonly object[]): Promise<void> {
  return writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}
