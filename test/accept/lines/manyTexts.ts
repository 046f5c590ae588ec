/** A table of two hundred thousand rows on the desk: memory, and what a label costs beside many. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readCorpus } from '../../../extension/project/corpus';
import { LabelJournal, type Saying } from '../../../extension/project/labelJournal';
import { LabelQueue } from '../../../extension/project/labelQueue';
import { randomOrder } from '../../../extension/project/textOrder';
import type { Measured } from '../framework';
import { readRows } from './benchmarkSets';

const rows = 200_000;
const labelled = 10_000;
const keys = 100;
const mostHeap = 400e6;
const longestKeyMs = 50;

/** As the label panel does it, without the editor: read, order, label, count. */
export async function manyTexts(): Promise<Measured> {
  const root = await mkdtemp(join(tmpdir(), 'nanonet-many-'));
  try {
    const characters = await writeTable(join(root, 'news.csv'));
    const labels = ['World', 'Sports', 'Business', 'Sci/Tech'];
    const journal = await LabelJournal.open(root, 'news');
    const before = heap();
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().heapUsed - before)), 20);
    const begun = performance.now();
    const queue = new LabelQueue(() => journal.state);
    const source = { kind: 'csv' as const, glob: 'news.csv', text: 'text' };
    const definition = { name: 'news', labels: labels.map((name) => ({ name })), sources: [source] };
    const fill = async (): Promise<void> => {
      const { texts } = await readCorpus(root, { version: 1, ...definition }, journal);
      queue.fill(texts, await randomOrder(1).arrange(texts));
    };
    await fill();
    const readMs = performance.now() - begun;
    clearInterval(watch);
    const kept = heap() - before;

    const said = (target: Saying['target'], at: number): Saying => ({
      target,
      said: { op: 'label', label: labels[at % labels.length] ?? '' },
    });
    await journal.say(queue.texts.slice(0, labelled).map(said));
    queue.begin();
    const times: number[] = [];
    for (let at = 0; at < keys && queue.current; at += 1) {
      const start = performance.now();
      await journal.say([said(queue.current, at)]);
      queue.advance();
      void queue.tally.left;
      times.push(performance.now() - start);
    }
    const keyMs = times.toSorted((a, b) => a - b)[Math.floor(keys / 2)] ?? Infinity;
    return {
      figure:
        `${queue.size} texts of ${megabytes(characters)} million characters, read and in order after ${(readMs / 1000).toFixed(1)} s: ` +
        `${megabytes(kept)} MB kept, ${megabytes(peak)} at most while they are read (under ${megabytes(mostHeap)}); beside ` +
        `${labelled} labels one more takes ${keyMs.toFixed(1)} ms, on the disk and counted (under ${longestKeyMs})`,
      ok: queue.size === rows && Math.max(kept, peak) < mostHeap && keyMs < longestKeyMs,
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** News again and again, each row different. @returns characters */
async function writeTable(file: string): Promise<number> {
  const pool = await readRows('ag_news', 'pool');
  const stream = createWriteStream(file);
  stream.write('id,text\n');
  let characters = 0;
  for (let i = 0; i < rows; i += 1) {
    const text = `${pool[i % pool.length]?.text ?? ''} (${i})`;
    characters += text.length;
    if (!stream.write(`${i},"${text.replaceAll('"', '""')}"\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  return characters;
}

/** Bytes in use after everything else was collected. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}
