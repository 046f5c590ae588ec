/** `npm run bench:preflight [-- --sets ag_news,trec6]`: minutes and memory that are told before a training, beside what it took. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineClient } from '../../extension/protocol/engineClient';
import type { Preflight } from '../../extension/protocol/engineApi';
import { givenRows, readRows, runSplitAnew } from '../accept/lines/benchmarkSets';
import { minutes } from '../accept/lines/figures';
import { repository } from '../editor/harness/places';
import { machine, table, writeSection } from './section';

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: 'ag_news,banking77,stackoverflow20,trec6,nlbse_issues,sst2' },
  },
});
const split = '10-1';
/** As many texts as the editor draws to tell how long they are. */
const sampled = 128;

const rows: string[][] = [];
for (const set of values.sets.split(',')) {
  const expected = await expectedOf(set);
  const { trainMs, peakMemoryBytes } = await runSplitAnew(set, split);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  rows.push([
    set,
    minutes(expected.durationMs),
    minutes(trainMs),
    (expected.durationMs / trainMs).toFixed(2),
    megabytes(expected.memoryBytes),
    megabytes(peakMemoryBytes),
  ]);
}
const section = [
  `Split ${split} of each set, told just before \`nanonet train\`. ${machine}.`,
  '',
  table(['set', 'time expected', 'taken', 'ratio', 'memory expected', 'at the most'], rows),
].join('\n');
console.log(section);
await writeSection('bench:preflight', section);

async function expectedOf(set: string): Promise<Preflight> {
  const pool = await readRows(set, 'pool');
  const given = await givenRows(set, split);
  const stride = Math.max(1, Math.floor(pool.length / sampled));
  const engine = new EngineClient({ modulePath: join(repository, 'dist', 'engine.js') });
  try {
    return await engine.preflight({
      settings: {},
      labelled: given.length,
      unlabelled: pool.length - given.length,
      classes: new Set(given.map(({ label }) => label)).size,
      sample: pool
        .filter((_, row) => row % stride === 0)
        .slice(0, sampled)
        .map(({ text }) => text),
    });
  } finally {
    engine.dispose();
  }
}
