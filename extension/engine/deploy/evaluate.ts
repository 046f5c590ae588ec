import { AppError } from '../../protocol/appError';
import { givenClass, type Evaluation } from '../../protocol/engineApi';
import type { JsonRow } from '../../protocol/jsonLines';
import { CalibrationBins } from '../assess/calibrationBins';
import { macroF1 } from '../assess/metrics';
import type { TextClassifier } from './textClassifier';

/** Texts in memory at once. */
const chunkSize = 1024;

export interface EvaluateOptions {
  /** What errors call the rows' file. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  /** After each chunk: how many texts are done. */
  readonly onProgress?: (texts: number) => void;
}

interface Example {
  readonly text: string;
  /** Number of the true label. */
  readonly truth: number;
}

/**
 * Figures of a model on texts with known labels; memory does not grow with their number.
 * @throws AppError('evaluate/...') naming the file and the line of a row without a label, or with one that the model
 * does not know; CancelledError
 */
export async function evaluateModel(
  classifier: TextClassifier,
  rows: AsyncIterable<JsonRow>,
  { name, signal, onProgress }: EvaluateOptions,
): Promise<Evaluation> {
  const { labels } = classifier;
  const known = new Map(labels.map((label, i) => [label, i]));
  const confusion = labels.map(() => labels.map(() => 0));
  const bins = new CalibrationBins();
  const counts = { texts: 0, hits: 0, answered: 0, answeredHits: 0 };
  let elapsedMs = 0;

  const measure = async (examples: readonly Example[]): Promise<void> => {
    const start = performance.now();
    const predictions = await classifier.classify(
      examples.map(({ text }) => text),
      signal,
    );
    elapsedMs += performance.now() - start;
    predictions.forEach(({ label, score, abstained }, i) => {
      const truth = examples[i]?.truth ?? 0;
      const predicted = known.get(label) ?? 0;
      const row = confusion[truth];
      if (row) row[predicted] = (row[predicted] ?? 0) + 1;
      bins.add(score, predicted === truth);
      counts.hits += predicted === truth ? 1 : 0;
      if (abstained) return;
      counts.answered += 1;
      counts.answeredHits += predicted === truth ? 1 : 0;
    });
    counts.texts += examples.length;
    onProgress?.(counts.texts);
  };

  let chunk: Example[] = [];
  for await (const row of rows) {
    chunk.push({ text: row.text, truth: truthOf(row, known, name) });
    if (chunk.length < chunkSize) continue;
    await measure(chunk);
    chunk = [];
  }
  if (chunk.length > 0) await measure(chunk);
  const { texts, hits, answered, answeredHits } = counts;
  if (texts === 0) {
    throw new AppError('evaluate/no-texts', `${name} has no texts; write one {"text", "label"} a line.`);
  }
  return {
    labels,
    texts,
    accuracy: hits / texts,
    macroF1: macroF1(confusion),
    ece: bins.error(),
    coverage: answered / texts,
    precision: answered === 0 ? 0 : answeredHits / answered,
    docsPerSecond: (texts * 1000) / elapsedMs,
    confusion,
  };
}

function truthOf(row: JsonRow, known: ReadonlyMap<string, number>, name: string): number {
  const { line } = row;
  const label = givenClass(row);
  if (label === undefined) {
    throw new AppError(
      'evaluate/no-label',
      `${name}, line ${line}: there is no "label"; a model can only be evaluated on texts with labels.`,
    );
  }
  const truth = known.get(label);
  if (truth !== undefined) return truth;
  throw new AppError(
    'evaluate/unknown-label',
    `${name}, line ${line}: the model does not know the label "${label}"; it knows ${[...known.keys()].join(', ')}.`,
  );
}
