/** What the process says that looks through a workspace for texts to classify. */
import type { Classifier } from '../classifier';
import type { PredictedText } from '../predictionLine';
import type { NewPrediction } from '../predictions';

/** Which texts are looked for, and what is known of them. */
export interface ScanParams {
  /** The workspace folder. */
  readonly root: string;
  readonly classifier: Pick<Classifier, 'name' | 'sources'>;
  /** As answers name it: a text that this model has answered is not read again. */
  readonly model: string;
  /** Only texts below this folder, relative to the root with '/', and there also files that no source finds. */
  readonly folder?: string;
  /** Only these files, each as far as a source finds it or it was answered before. */
  readonly files?: readonly string[];
  /** Files beside the sources that have labels. */
  readonly labelled?: readonly string[];
}

/** A text that is to be classified. */
export type ScannedText = PredictedText & { readonly text: string };

/** A piece of the work, in the order of the work. */
export interface ScanBatch {
  readonly texts: readonly ScannedText[];
  /** Answers that hold, of texts that are at another place now. */
  readonly known: readonly NewPrediction[];
  /** When `texts` are answered: what `PredictionStore.put` wants to know. */
  readonly read: Readonly<Record<string, string>>;
  /** How much of what has changed is behind this piece, 0 to 1. */
  readonly fraction: number;
}

/** What was found when all was looked through. */
export interface ScanEnd {
  /** Texts that are there. */
  readonly texts: number;
  readonly gone: readonly Pick<PredictedText, 'path' | 'part'>[];
  readonly unread: readonly string[];
  /** Files and rows that gave no text, and why; the first of many. */
  readonly problems: readonly { readonly path: string; readonly line?: number; readonly reason: string }[];
  readonly problemCount: number;
  /** Tables in the folder of which no source says where their texts are. */
  readonly tables: readonly string[];
}

export function isScanEnd(piece: ScanBatch | ScanEnd): piece is ScanEnd {
  return 'gone' in piece;
}

export interface ScanRequests {
  'scan/begin': [params: ScanParams, result: null];
  'scan/next': [params: Record<string, never>, result: ScanBatch | ScanEnd];
}
