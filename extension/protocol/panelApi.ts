/** Messages between the extension host and the train panel's webview; vscode-jsonrpc over `postMessage`. */
import type { Preflight, TrainSettings } from './engineApi';
import type { TrainingReport } from './report';
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
  /** What a person set for the next training; the rest follows from the texts. */
  readonly settings?: TrainSettings;
  /** The model before the one that the snapshot made. */
  readonly previous?: { readonly name: string; readonly labelled: number; readonly accuracy?: number };
  readonly snapshot?: TrainSnapshot;
  /** The folder of the model that the snapshot made, once it is there: whose report can be asked for. */
  readonly model?: string;
  /** Rows of texts in doubt that somebody has decided about since that training. */
  readonly decided?: readonly number[];
}

/** The report is asked for once a model: it may name thousands of texts. */
export interface PanelReport {
  /** Of this model. */
  readonly model: string;
  readonly report?: TrainingReport;
  /** Why there is none, and what to do. */
  readonly missing?: string;
}

/** A text that was learned from. */
export interface LearnedText {
  /** In the run's data, from 0: what a report names it by. */
  readonly row: number;
  /** File and part; undefined where the run's data is gone. */
  readonly place?: string;
  readonly excerpt?: string;
}

/** A text that a report names: a row of another model's would be another text. */
export interface ReportRow {
  /** `PanelReport.model`. */
  readonly model: string;
  readonly row: number;
}

/** Texts of a report in one answer, at most. */
export const mostReportTexts = 100;

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
  /** Where they can be changed: of all classifiers in the editor, of this one in its file, which goes before. */
  'panel/openSettings': [params: { readonly of: 'all' | 'classifier' }, result: null];
  'panel/showLog': [params: Record<string, never>, result: null];
  'panel/report': [params: Record<string, never>, result: PanelReport];
  /** The first `mostReportTexts` of these rows. */
  'panel/texts': [
    params: { readonly model: string; readonly rows: readonly number[] },
    result: readonly LearnedText[],
  ];
  /** Shows the text where it stands today. */
  'panel/openText': [params: ReportRow, result: null];
  /** Says the label of a text in doubt: another one, or its own once more. @returns what is decided now */
  'panel/decide': [params: ReportRow & { readonly label: string }, result: readonly number[]];
  'panel/undo': [params: Record<string, never>, result: null];
  /** Exports another student of the last run, as the next model. */
  'panel/exportStudent': [params: { readonly student: string }, result: null];
}
