/** The exported folder in `@huggingface/transformers`, beside `nanonet classify`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { readingBatches, type Window } from '../../../extension/engine/encoders/tokenBatches';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import type { Measured } from '../framework';
import { nanonet, readRows, runSplit } from './benchmarkSets';
import { percent } from './figures';

const textCount = 1000;
const windowTokens = 128;
const leastOf8Bits = 0.99;
/** As `answering.ts` batches texts. */
const askedAtOnce = 256;

/**
 * In 8 bits an answer hangs on the batch too: numbers are rounded by the largest of it, and the least sure text of each goes through all layers.
 * So the small file is asked in NanoNet's batches, and its texts alone are told beside.
 */
export async function otherPrograms(): Promise<Measured> {
  const { modelDir } = await runSplit('ag_news', '10-1');
  const tokenizer = await Tokenizer.load(modelDir);
  const windowOf = (text: string): readonly Window[] => tokenizer.windows(text, windowTokens);
  // The pipeline reads the first window of a longer text alone.
  const all = (await readRows('ag_news', 'test')).map(({ text }) => text);
  const texts = all.filter((text) => windowOf(text).length === 1).slice(0, textCount);
  const batches = batchesOf(
    texts.map((text) => windowOf(text)[0] ?? []),
    tokenizer.padId,
  );
  const alone = texts.map((_, i) => [i]);
  const fast = await labelsByNanonet(modelDir, texts, '--fast');
  const fp32 = agreement(
    await labelsByPipeline(modelDir, 'fp32', texts, alone),
    await labelsByNanonet(modelDir, texts),
  );
  const q8 = agreement(await labelsByPipeline(modelDir, 'q8', texts, batches), fast);
  const q8Alone = agreement(await labelsByPipeline(modelDir, 'q8', texts, alone), fast);
  return {
    figure:
      `of ${texts.length} texts of one window each the same label: fp32 ${percent(fp32)} (all), 8 bits in the same batches ` +
      `${percent(q8)} (at least ${percent(leastOf8Bits)}), 8 bits text by text ${percent(q8Alone)}`,
    ok: texts.length === textCount && fp32 === 1 && q8 >= leastOf8Bits,
  };
}

/** Which texts `nanonet classify` reads together. */
function batchesOf(windows: readonly Window[], padId: number): number[][] {
  const batches: number[][] = [];
  for (let from = 0; from < windows.length; from += askedAtOnce) {
    const some = windows.slice(from, from + askedAtOnce);
    for (const { batch } of readingBatches(some, padId)) batches.push(batch.map((i) => from + i));
  }
  return batches;
}

/** @param batches numbers of texts; each is read as one */
async function labelsByPipeline(
  modelDir: string,
  dtype: 'fp32' | 'q8',
  texts: readonly string[],
  batches: readonly (readonly number[])[],
): Promise<string[]> {
  env.allowRemoteModels = false;
  const classify = await pipeline('text-classification', resolve(modelDir), { dtype });
  try {
    const labels = new Array<string>(texts.length).fill('');
    for (const batch of batches) {
      const answers = (await classify(batch.map((i) => texts[i] ?? ''))) as { label: string }[];
      batch.forEach((text, i) => (labels[text] = answers[i]?.label ?? ''));
    }
    return labels;
  } finally {
    await classify.dispose();
  }
}

async function labelsByNanonet(
  modelDir: string,
  texts: readonly string[],
  ...options: readonly string[]
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-labels-'));
  try {
    const file = join(folder, 'texts.jsonl');
    await writeFile(file, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
    const answers = (await nanonet('classify', modelDir, file, ...options)).trim().split('\n');
    return answers.map((line) => (JSON.parse(line) as { label: string }).label);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function agreement(one: readonly string[], other: readonly string[]): number {
  return one.length === other.length ? one.filter((label, i) => label === other[i]).length / one.length : 0;
}
