/** Figures of an exported model as a person will use it: how fast it reads, and what the few bits of its small file cost. */
import { createReadStream } from 'node:fs';
import { givenClass, type TrainParams } from '../../protocol/engineApi';
import { jsonRows } from '../../protocol/jsonLines';
import type { modelFiles } from '../../protocol/modelFolder';
import type { TrainResult } from '../../protocol/snapshot';
import { TextClassifier } from '../deploy/textClassifier';

/** Texts on which the speed is measured, and of which both files give the label. */
const mostTexts = 256;
/** Texts that are timed at once, and for how long at most. */
const timedAtOnce = 32;
const timedMs = 2000;

/**
 * @param files what the model learned from; and texts that nobody learned from, or else what the bits cost is told of those that it did: that is much the same
 * @returns how fast the file with 32-bit weights reads, and the small file beside it
 */
export async function exportedFigures(
  modelDir: string,
  { dataFile, testFile }: Pick<TrainParams, 'dataFile' | 'testFile'>,
  now: () => number,
  signal: AbortSignal,
): Promise<Pick<TrainResult, 'docsPerSecond' | 'smallFile'>> {
  const learned = await firstRows(dataFile);
  const compared = testFile === undefined ? learned : await firstRows(testFile);
  const plain = await withFile(modelDir, 'fp32', async (classifier) => ({
    docsPerSecond: await speedOf(classifier, learned, now, signal),
    labels: await labelsBy(classifier, compared, signal),
  }));
  const small = await withFile(modelDir, 'quantised', (classifier) => labelsBy(classifier, compared, signal));
  const known =
    testFile === undefined
      ? []
      : compared.flatMap(({ label }, i) => (label === undefined ? [] : [{ label, i }]));
  const right = (labels: readonly string[]): number =>
    known.filter(({ label, i }) => labels[i] === label).length / known.length;
  return {
    docsPerSecond: plain.docsPerSecond,
    smallFile: {
      texts: compared.length,
      sameLabel: plain.labels.filter((label, i) => label === small[i]).length,
      ...(known.length > 0 && { accuracyLost: right(plain.labels) - right(small) }),
    },
  };
}

async function withFile<T>(
  modelDir: string,
  file: keyof typeof modelFiles,
  work: (classifier: TextClassifier) => Promise<T>,
): Promise<T> {
  const classifier = await TextClassifier.load(modelDir, 'cpu', file);
  try {
    return await work(classifier);
  } finally {
    await classifier.dispose();
  }
}

/** Texts a second. */
async function speedOf(
  classifier: TextClassifier,
  rows: readonly Row[],
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const texts = rows.map(({ text }) => text);
  await classifier.classify(texts.slice(0, 8), signal);
  const begun = now();
  let timed = 0;
  while (timed < texts.length && now() - begun < timedMs) {
    const some = texts.slice(timed, timed + timedAtOnce);
    await classifier.classify(some, signal);
    timed += some.length;
  }
  return (timed * 1000) / (now() - begun);
}

async function labelsBy(
  classifier: TextClassifier,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<string[]> {
  const answers = await classifier.classify(
    rows.map(({ text }) => text),
    signal,
  );
  return answers.map(({ label }) => label);
}

interface Row {
  readonly text: string;
  readonly label: string | undefined;
}

async function firstRows(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of jsonRows(createReadStream(file), file)) {
    if (rows.push({ text: row.text, label: givenClass(row) }) === mostTexts) break;
  }
  return rows;
}
