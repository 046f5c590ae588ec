/** Figures of an exported model as a person will use it: how fast it reads, and what the few bits of its small file cost. */
import { createReadStream } from 'node:fs';
import { givenClass } from '../../protocol/engineApi';
import { jsonRows } from '../../protocol/jsonLines';
import type { SmallFileFigures } from '../../protocol/snapshot';
import { TextClassifier } from '../deploy/textClassifier';

/** Texts on which the speed is measured, how many at once, and for how long at most. */
const timedTexts = 256;
const timedAtOnce = 32;
const timedMs = 2000;
/** Texts that both files are asked about. */
const comparedTexts = 256;

/** Of the file with 32-bit weights. */
export async function docsPerSecond(
  modelDir: string,
  dataFile: string,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const texts = (await firstRows(dataFile, timedTexts)).map(({ text }) => text);
  const classifier = await TextClassifier.load(modelDir, 'cpu');
  try {
    await classifier.classify(texts.slice(0, 8), signal);
    const begun = now();
    let timed = 0;
    while (timed < texts.length && now() - begun < timedMs) {
      const some = texts.slice(timed, timed + timedAtOnce);
      await classifier.classify(some, signal);
      timed += some.length;
    }
    return (timed * 1000) / (now() - begun);
  } finally {
    await classifier.dispose();
  }
}

/**
 * The small file beside the one with 32-bit weights.
 *
 * @param file texts that the model did not learn from, or else those that it did: what the bits cost is much the same
 * @param labelled whether the labels of the file are those that no one learned from
 */
export async function smallFileFigures(
  modelDir: string,
  file: string,
  labelled: boolean,
  signal: AbortSignal,
): Promise<SmallFileFigures> {
  const rows = await firstRows(file, comparedTexts);
  const texts = rows.map(({ text }) => text);
  const plain = await labelsOf(modelDir, 'fp32', texts, signal);
  const small = await labelsOf(modelDir, 'quantised', texts, signal);
  const known = labelled ? rows.flatMap(({ label }, i) => (label === undefined ? [] : [{ label, i }])) : [];
  const right = (labels: readonly string[]): number =>
    known.filter(({ label, i }) => labels[i] === label).length / known.length;
  return {
    texts: texts.length,
    sameLabel: plain.filter((label, i) => label === small[i]).length,
    ...(known.length > 0 && { accuracyLost: right(plain) - right(small) }),
  };
}

async function labelsOf(
  modelDir: string,
  file: 'fp32' | 'quantised',
  texts: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const classifier = await TextClassifier.load(modelDir, 'cpu', file);
  try {
    return (await classifier.classify(texts, signal)).map(({ label }) => label);
  } finally {
    await classifier.dispose();
  }
}

async function firstRows(file: string, most: number): Promise<{ text: string; label: string | undefined }[]> {
  const rows: { text: string; label: string | undefined }[] = [];
  for await (const row of jsonRows(createReadStream(file), file)) {
    if (rows.push({ text: row.text, label: givenClass(row) }) === most) break;
  }
  return rows;
}
