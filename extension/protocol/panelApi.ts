/** Messages between the extension host and the train panel's webview; vscode-jsonrpc over `postMessage`. */
import type { Preflight } from './engineApi';
import type { TrainSnapshot } from './snapshot';

/** Everything that the panel draws. Complete, so that the newest one is enough. */
export interface TrainPanelState {
  readonly classifier: string;
  /** Number of given labels by label name, in label order. */
  readonly labelCounts: readonly { readonly label: string; readonly count: number }[];
  /** Number of texts without a label. */
  readonly unlabelled: number;
  /** Why training cannot start, as one sentence; undefined when it can. */
  readonly blocked?: string;
  /** What a run would take here; undefined until it is found out, null when that failed. */
  readonly expected?: Preflight | null;
  /** The labels that would help most: so many of one label, or of any. */
  readonly advice?: { readonly count: number; readonly label?: string };
  /** The model before the one that the snapshot made. */
  readonly previous?: { readonly name: string; readonly labelled: number; readonly accuracy?: number };
  readonly snapshot?: TrainSnapshot;
}

/** Host -> webview. */
export interface PanelNotifications {
  'panel/state': TrainPanelState;
}

/** Webview -> host. Each resolves when the host has taken the wish, not when the work is done. */
export interface PanelRequests {
  /** The webview is up; the answer is what to draw. */
  'panel/ready': [params: Record<string, never>, result: TrainPanelState];
  'panel/train': [params: Record<string, never>, result: null];
  'panel/pause': [params: Record<string, never>, result: null];
  /** Goes on with what is paused. */
  'panel/resume': [params: Record<string, never>, result: null];
  'panel/cancel': [params: Record<string, never>, result: null];
  /** Which texts the new model calls something else than the one before. */
  'panel/compare': [params: Record<string, never>, result: null];
  'panel/label': [params: Record<string, never>, result: null];
  'panel/showLog': [params: Record<string, never>, result: null];
}
