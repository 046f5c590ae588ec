/** How a prediction is written, the same everywhere. */
import * as vscode from 'vscode';
import type { Prediction } from '../../protocol/engineApi';

/** `bug 0.93 · feature 0.05`; `unsure: bug 0.41 · feature 0.38` when the model was not sure. */
export function phraseOf({ label, score, runnerUp, abstained, none }: Prediction): string {
  const parts = [scored({ label, score }), ...(runnerUp ? [scored(runnerUp)] : [])].join(' · ');
  return abstained && !none ? vscode.l10n.t('unsure: {0}', parts) : parts;
}

/** The same without the runner-up: `bug 0.93`, `unsure: bug 0.41`. */
export function shortPhraseOf({ runnerUp: _, ...prediction }: Prediction): string {
  return phraseOf(prediction);
}

export function scored({ label, score }: { label: string; score: number }): string {
  return `${label} ${score.toFixed(2)}`;
}
