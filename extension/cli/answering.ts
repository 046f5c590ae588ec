/** Texts in, answers out: what all commands that use a model have in common. */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readJson } from '../project/jsonText';
import type { Prediction, ReadingParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import type { PlacedText } from './texts';

/** Texts that are read together: so many, or of so many characters. */
const batchTexts = 256;
const batchCharacters = 1_000_000;

/** An answer as it is printed. */
export type Answer = PlacedText['place'] & Pick<Prediction, 'label' | 'score' | 'runnerUp' | 'abstained'>;

export function isFull(batch: readonly PlacedText[]): boolean {
  return (
    batch.length >= batchTexts || batch.reduce((sum, { text }) => sum + text.length, 0) >= batchCharacters
  );
}

export async function answersTo(
  batch: readonly PlacedText[],
  engine: EngineClient,
  reading: ReadingParams,
  signal?: AbortSignal,
): Promise<Answer[]> {
  const params = { ...reading, texts: batch.map(({ text }) => text) };
  return answersFrom(batch, await engine.classify(params, signal && { signal }));
}

export function answersFrom(
  batch: readonly PlacedText[],
  predictions: readonly (Pick<Prediction, 'label' | 'score' | 'abstained'> & {
    readonly runnerUp?: Prediction['runnerUp'] | undefined;
  })[],
): Answer[] {
  return batch.map(({ place }, i) => {
    const prediction = predictions[i];
    if (prediction === undefined) throw new Error('The engine gave fewer predictions than texts.');
    const { label, score, runnerUp, abstained } = prediction;
    return { ...place, label, score, ...(runnerUp && { runnerUp }), abstained };
  });
}

const configSchema = z.looseObject({ id2label: z.record(z.string(), z.string()) });

/** The labels that a model can say, in its order. @throws AppError('cli/no-labels') */
export async function labelsOf(model: string): Promise<string[]> {
  const { id2label } = await readJson(join(model, 'config.json'), configSchema, 'cli/no-labels');
  return Object.values(id2label);
}
