/** Wrong labels among right ones: how many of those that are listed first were made wrong on purpose. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../extension/engine/learn/random';
import { EngineClient } from '../../../extension/protocol/engineClient';
import { repository } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { mean, readRows } from './benchmarkSets';
import { percent } from './figures';

const seeds = [1, 2, 3, 4, 5];
const texts = 1000;
const wrongShare = 0.05;
const listed = 50;
const least = 0.6;

/** Each seed draws its own texts of the pool, and which of their labels become another one. */
export async function wrongLabels(): Promise<Measured> {
  const engine = new EngineClient({ modulePath: join(repository, 'dist', 'engine.js') });
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-review-'));
  const pool = await readRows('ag_news', 'pool');
  const labels = [...new Set(pool.map(({ label = '' }) => label))].sort();
  const found: number[] = [];
  try {
    for (const seed of seeds) {
      const random = Random.of(seed, 'wrong labels');
      const drawn = random.shuffle(pool).slice(0, texts);
      const wrong = new Set(random.shuffle([...drawn.keys()]).slice(0, Math.round(wrongShare * texts)));
      const rows = drawn.map(({ text, label = '' }, i) => {
        const others = labels.filter((other) => other !== label);
        return { text, label: wrong.has(i) ? others[random.int(others.length)] : label };
      });
      const dataFile = join(folder, `${seed}.jsonl`);
      await writeFile(dataFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const cacheDir = join(folder, 'explore');
      const { doubts } = await engine.review({
        dataFile,
        cacheDir,
        count: listed,
        seed,
        patienceMs: 600_000,
      });
      found.push(doubts.filter(({ row }) => wrong.has(row)).length / listed);
    }
  } finally {
    engine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    figure:
      `of the first ${listed} labels listed, ${percent(mean(found))} were made wrong (${found.map(percent).join(', ')}; at least ` +
      `${percent(least)}), with ${percent(wrongShare)} of ${texts} wrong`,
    ok: mean(found) >= least,
  };
}
