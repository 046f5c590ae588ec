/** The exported folder in `@huggingface/transformers`, beside `nanonet classify`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import type { Measured } from '../framework';
import { nanonet, readRows, runSplit } from './benchmarkSets';
import { percent } from './figures';

const textCount = 1000;
const windowTokens = 128;
const leastOf8Bits = 0.99;

/**
 * Read as people call a pipeline: a text at a time. In 8 bits an answer hangs on the batch too (numbers are rounded by its largest), so `--fast`, which
 * reads many at once, gives a few other labels from the same file.
 */
export async function otherPrograms(): Promise<Measured> {
  const { modelDir } = await runSplit('ag_news', '10-1');
  const tokenizer = await Tokenizer.load(modelDir);
  // The pipeline reads the first window of a longer text alone.
  const all = (await readRows('ag_news', 'test')).map(({ text }) => text);
  const texts = all.filter((text) => tokenizer.windows(text, windowTokens).length === 1).slice(0, textCount);
  const fp32 = agreement(
    await labelsByPipeline(modelDir, 'fp32', texts),
    await labelsByNanonet(modelDir, texts),
  );
  const q8 = agreement(
    await labelsByPipeline(modelDir, 'q8', texts),
    await labelsByNanonet(modelDir, texts, '--fast'),
  );
  return {
    figure:
      `of ${texts.length} texts of one window each the same label: fp32 ${percent(fp32)} (all), ` +
      `8 bits ${percent(q8)} (at least ${percent(leastOf8Bits)})`,
    ok: texts.length === textCount && fp32 === 1 && q8 >= leastOf8Bits,
  };
}

async function labelsByPipeline(
  modelDir: string,
  dtype: 'fp32' | 'q8',
  texts: readonly string[],
): Promise<string[]> {
  env.allowRemoteModels = false;
  const classify = await pipeline('text-classification', resolve(modelDir), { dtype });
  try {
    const labels: string[] = [];
    for (const text of texts) {
      const [answer] = (await classify(text)) as { label: string }[];
      labels.push(answer?.label ?? '');
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
