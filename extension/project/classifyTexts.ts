/** Classifies all texts of a workspace or folder: what has not changed since a model answered is not computed again. */
import { CancelledError } from '../protocol/appError';
import type { Prediction } from '../protocol/engineApi';
import { answerIn } from './predictionLine';
import type { PredictionStore } from './predictions';
import { scanApart } from './scan/scanProcess';
import { isScanEnd, type ScanEnd, type ScanParams } from './scan/scanApi';

export interface ClassifyProgress {
  /** Texts that the model has read so far. */
  readonly computed: number;
  /** How much of what has changed is behind, 0 to 1. */
  readonly fraction: number;
  /** Until the end; undefined as long as it cannot be told. */
  readonly remainingMs?: number;
}

export interface ClassifyOutcome extends ScanEnd {
  readonly computed: number;
}

export interface ClassifyWork {
  readonly scan: ScanParams;
  readonly store: PredictionStore;
  /** Answers of the model that `scan.model` names, in the order of the texts. */
  readonly ask: (texts: readonly string[], signal: AbortSignal) => Promise<readonly Prediction[]>;
  readonly onProgress?: (progress: ClassifyProgress) => void;
  readonly signal: AbortSignal;
}

/** Earlier, what is left is a guess. */
const tellingMs = 2000;

/**
 * Each piece is kept as soon as it is answered, so that a work that is left goes on from there.
 *
 * @throws AppError, also of the engine; CancelledError
 */
export async function classifyTexts({
  scan,
  store,
  ask,
  onProgress,
  signal,
}: ClassifyWork): Promise<ClassifyOutcome> {
  const begun = performance.now();
  let computed = 0;
  for await (const piece of scanApart(scan, signal)) {
    if (isScanEnd(piece)) {
      await store.forget(piece.gone, piece.unread);
      return { ...piece, computed };
    }
    const texts = piece.texts.map(({ text }) => text);
    const answers = texts.length === 0 ? [] : await ask(texts, signal);
    const { model } = scan;
    const answered = piece.texts.flatMap(({ text: _, ...place }, at) => {
      const answer = answers[at];
      return answer ? [{ ...place, ...answerIn(answer), model }] : [];
    });
    await store.put([...answered, ...piece.known], piece.read);
    computed += answered.length;
    const elapsed = performance.now() - begun;
    const { fraction } = piece;
    const remainingMs = (elapsed * (1 - fraction)) / fraction;
    const isKnown = elapsed > tellingMs && fraction > 0.01;
    onProgress?.({ computed, fraction, ...(isKnown && { remainingMs }) });
  }
  throw new CancelledError();
}
