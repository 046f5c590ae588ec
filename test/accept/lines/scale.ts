import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../../extension/engine/learn/random';
import type { TrainResult } from '../../../extension/protocol/snapshot';
import { repository, testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { minutes } from './figures';

const longestMs = 30 * 60_000;
const mostMemory = 4e9;

/** The whole command on a million texts. */
export async function millionTexts(): Promise<Measured> {
  const texts = 1_000_000;
  const { ms, peakMemoryBytes, counts } = await trainOnPool(texts);
  const memory = (peakMemoryBytes / 1e9).toFixed(2);
  const { labelled, unlabelled, leftOut = 0 } = counts;
  return {
    figure:
      `${minutes(ms)} to the model (at most ${minutes(longestMs)}), ${memory} GB at most (under 4); ${labelled} labelled and ` +
      `${unlabelled} other texts read, ${leftOut} said to be left out`,
    ok: ms <= longestMs && peakMemoryBytes < mostMemory && labelled + unlabelled + leftOut === texts,
  };
}

/** `nanonet train` on so many short texts of three classes, ten labels a class: from the file to the model. */
export async function trainOnPool(
  texts: number,
): Promise<Pick<TrainResult, 'peakMemoryBytes' | 'counts'> & { readonly ms: number }> {
  const folder = join(testOutput, 'accept', 'pool');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const data = join(folder, 'texts.jsonl');
  await writeTexts(data, texts);
  const start = performance.now();
  const program = join(repository, 'dist', 'cli.js');
  const child = spawn(process.execPath, [program, 'train', data, '--out', join(folder, 'model'), '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`nanonet train: ${log.slice(-1000)}`);
  const ms = performance.now() - start;
  await rm(folder, { recursive: true, force: true });
  const { peakMemoryBytes, counts } = JSON.parse(out) as TrainResult;
  return { ms, peakMemoryBytes, counts };
}

const subjects: Readonly<Record<string, readonly string[]>> = {
  sport: ['striker', 'goal', 'final', 'coach', 'league', 'match', 'medal', 'season'],
  business: ['shares', 'profit', 'bank', 'merger', 'prices', 'market', 'budget', 'oil'],
  weather: ['storm', 'rain', 'snow', 'wind', 'flood', 'heat', 'frost', 'clouds'],
};
const others = [
  'today',
  'again',
  'in the north',
  'for weeks',
  'at last',
  'say officials',
  'in may',
  'on friday',
];

/** Five to nine words, two of them of the class. */
async function writeTexts(file: string, texts: number): Promise<void> {
  const random = Random.of('million');
  const pick = (words: readonly string[]): string => words[random.int(words.length)] ?? '';
  const labels = Object.keys(subjects);
  const stream = createWriteStream(file);
  for (let i = 0; i < texts; i++) {
    const label = labels[i % labels.length] ?? '';
    const own = subjects[label] ?? [];
    const text = `${pick(own)} ${pick(others)} ${pick(own)} ${pick(others)} ${i}`;
    const row = JSON.stringify(i < 10 * labels.length ? { text, label } : { text });
    if (!stream.write(`${row}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}
