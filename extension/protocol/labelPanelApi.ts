/** Messages between the extension host and the label panel's webview; vscode-jsonrpc over `postMessage`. */
import type { TextRange } from './engineApi';

/** A label of the set, as the panel draws it. */
export interface PanelLabel {
  readonly name: string;
  readonly key?: string;
  /** A CSS colour: a variable of the theme or '#rrggbb'. */
  readonly colour: string;
  /** As the label set names it: 'nanonet.label3' or '#rrggbb'. */
  readonly colourName: string;
  readonly description?: string;
  /** Number of texts that have it. */
  readonly count: number;
}

/** What a trained model says of a text, or the committee. */
export interface Suggestion {
  readonly label: string;
  /** Calibrated probability, 0 to 1; of the committee, the share of what was said that speaks for the label. */
  readonly score: number;
  readonly byCommittee?: true;
  readonly runnerUp?: { readonly label: string; readonly score: number };
  /** The model abstains: it is a hint, and Enter does not take it. */
  readonly unsure: boolean;
}

/** What was decided about a text: a label, that none fits, or that it is put off. */
export type Decision = 'label' | 'none' | 'skip';

/** A text on the desk, with what is said about it. */
export interface PanelText {
  readonly id: string;
  /** File and row, for people: 'tickets.csv, row 12'. */
  readonly place: string;
  readonly text: string;
  /** The text goes on: what is shown is its beginning. */
  readonly isCut: boolean;
  readonly decision?: Decision;
  readonly label?: string;
  readonly note: string;
  /** Why it is next, one sentence; undefined where the order says it. */
  readonly why?: string;
  readonly suggestion?: Suggestion;
  /** Words that decided for the suggestion, and of a long text the passage; once that is found out. */
  readonly decided?: { readonly words: readonly TextRange[]; readonly passage?: TextRange };
  /** Who of the committee said what, a line each; undefined when it was not asked. */
  readonly trace?: readonly string[];
  /** What was said about it, newest first. */
  readonly history: readonly { readonly at: string; readonly said: string; readonly by?: string }[];
}

/** A text in a list of texts. */
export interface ListedText {
  readonly id: string;
  readonly place: string;
  readonly excerpt: string;
  readonly label?: string;
  /** Likeness to the text that was asked about, -1 to 1. */
  readonly likeness?: number;
}

export type OrderName = 'useful' | 'random' | 'file';

/** Which texts come by; all that is given has to fit. */
export interface TextFilter {
  readonly show: 'open' | 'labelled' | 'none' | 'skipped' | 'noted' | 'all';
  /** Of the labelled ones, those with this label. */
  readonly label?: string;
  /** The beginning of a path. */
  readonly path?: string;
  /** Words that stand in the text, whatever their case. */
  readonly words?: string;
  /** The model's score is below this, 0 to 1. */
  readonly below?: number;
}

/** Why there is no text to show. */
export type NothingToShow =
  'reading' | 'noClassifier' | 'noTexts' | 'noLabels' | 'allDecided' | 'noneMatches' | 'failed';

/** Two people who labelled one text differently, neither knowing of the other. */
export interface Disagreement {
  readonly id: string;
  readonly place: string;
  readonly excerpt: string;
  /** A label of '' is that none of the labels fits. */
  readonly sides: readonly { readonly by: string; readonly label: string; readonly at: string }[];
}

/** How far people agree, and where they do not. */
export interface Agreement {
  readonly disagreements: readonly Disagreement[];
  /** Two people, the number of texts that both labelled, and Cohen's kappa, -1 to 1. */
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly texts: number;
    readonly kappa: number;
  }[];
}

/** What the panel is on: one text after the other, or the map of all. */
export type PanelView = 'text' | 'map';

/** A picture of the texts: near on it means alike in meaning. A place stays what it is while texts are labelled. */
export interface PanelMap {
  /** When, in milliseconds of the clock: tells one map from another. */
  readonly drawn: number;
  /** A point is a text. */
  readonly ids: readonly string[];
  /** Between 0 and 1, as `ids`. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Index into `groups`, as `ids`. */
  readonly group: readonly number[];
  /** Texts around a typical one, and words that they have and others do not. */
  readonly groups: readonly { readonly words: readonly string[] }[];
  /** Of a very large corpus a sample is drawn: texts that it lacks. */
  readonly leftOut: number;
}

/** What is said of the texts of a map. Complete, so that the newest one is enough. */
export interface MapMarks {
  readonly drawn: number;
  /** Labels that are meant by number: those of the set, in its order, then others that texts have. */
  readonly labels: readonly string[];
  /** Of each text, its label's number or one of `noLabel`. */
  readonly given: readonly number[];
  /** What the model says, as far as it was asked and has answered: else -1. Empty without a model. */
  readonly suggested: readonly number[];
  /** 0 to 1, as `suggested`. */
  readonly scores: readonly number[];
  /** 1 where the model abstains, as `suggested`. */
  readonly unsure: readonly (0 | 1)[];
  /** Texts on the desk that are not on the map, beside those that it left out. */
  readonly missing: number;
}

/** In place of a label's number. */
export const noLabel = { open: -1, none: -2, skipped: -3, gone: -4 } as const;

/** How many texts have their places, of those that get one; then the picture is laid out. */
export interface MapProgress {
  readonly placed: number;
  readonly of: number;
}

/** Everything that the panel draws. Complete, so that the newest one is enough. */
export interface LabelPanelState {
  /** Grows with each text that is shown: an older state that comes late is known by it. */
  readonly turn: number;
  readonly view: PanelView;
  readonly classifier: string;
  readonly labels: readonly PanelLabel[];
  /** Labels that texts have and the set does not. */
  readonly unknownLabels: readonly { readonly name: string; readonly count: number }[];
  readonly counts: {
    readonly texts: number;
    readonly labelled: number;
    readonly none: number;
    readonly skipped: number;
    /** Texts that the filter lets through and that would still come by. */
    readonly left: number;
  };
  readonly order: OrderName;
  /** Why an order cannot be had yet, one sentence. */
  readonly unavailable: Partial<Readonly<Record<OrderName, string>>>;
  readonly filter: TextFilter;
  /** Folders and files to filter by. */
  readonly paths: readonly string[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The model that suggests; undefined without one. */
  readonly model?: string;
  readonly text?: PanelText;
  readonly nothing?: NothingToShow;
  /** What a person should know, as torn lines of the journal: sentences. */
  readonly notices: readonly string[];
  readonly agreement: Agreement;
}

/** What a person says about a text. */
export type PanelSaying =
  { readonly op: 'label'; readonly label: string } | { readonly op: 'none' | 'skip' | 'clear' };

/** What a person wants of the label set. */
export type SetWish =
  | { readonly do: 'add'; readonly name: string }
  | {
      readonly do: 'edit';
      readonly name: string;
      readonly label: {
        readonly name: string;
        readonly key: string;
        readonly colour: string;
        readonly description: string;
      };
    }
  | { readonly do: 'merge'; readonly names: readonly string[]; readonly into: string }
  /** A new label for a part of the texts of another, which then come by. */
  | { readonly do: 'split'; readonly name: string; readonly part: string }
  | { readonly do: 'delete'; readonly name: string };

/** Other commands that the panel offers. */
export type PanelCommand = 'newClassifier' | 'addSource' | 'train' | 'openSample' | 'showLog';

/** It is on the disk, and this is the text to show now; what else has changed follows in a state. */
export interface Acknowledged {
  readonly turn: number;
  readonly text?: PanelText;
}

/** What became of a saying about many texts. */
export interface SaidOfMany extends Acknowledged {
  /** Texts that it was said of; the others were decided and stay what they were. */
  readonly said: number;
}

/** Host -> webview. */
export interface LabelPanelNotifications {
  'label/state': LabelPanelState;
  'label/mapProgress': MapProgress;
}

/** Webview -> host. */
export interface LabelPanelRequests {
  /** The webview is up; the answer is what to draw. */
  'label/ready': [params: Record<string, never>, result: LabelPanelState];
  /** Resolves when it is on the disk. Refused for a text that is not the one shown. */
  'label/say': [params: { readonly id: string; readonly said: PanelSaying }, result: Acknowledged];
  /** Many texts in one step; with `keep`, those that are labelled, or fit no label, stay what they are. */
  'label/sayAll': [
    params: { readonly ids: readonly string[]; readonly said: PanelSaying; readonly keep?: boolean },
    result: SaidOfMany,
  ];
  'label/note': [params: { readonly id: string; readonly note: string }, result: Acknowledged];
  /** Of two people's labels, this one counts. */
  'label/settle': [params: { readonly id: string; readonly label: string }, result: Acknowledged];
  'label/back': [params: Record<string, never>, result: Acknowledged];
  'label/undo': [params: Record<string, never>, result: Acknowledged];
  'label/redo': [params: Record<string, never>, result: Acknowledged];
  'label/show': [params: { readonly id: string }, result: Acknowledged];
  'label/order': [params: { readonly order: OrderName }, result: Acknowledged];
  'label/filter': [params: { readonly filter: TextFilter }, result: Acknowledged];
  'label/search': [params: { readonly words: string }, result: readonly ListedText[]];
  'label/similar': [params: { readonly id: string }, result: readonly ListedText[]];
  'label/set': [params: SetWish, result: Acknowledged];
  'label/view': [params: { readonly view: PanelView }, result: LabelPanelState];
  /**
   * The map as it was drawn last, else a new one, once all texts have their places.
   * `ready`: a new one of those that have a place by now; `anew`: a new one in any case.
   */
  'label/map': [params: { readonly want?: 'ready' | 'anew' }, result: PanelMap];
  /** `suggested`: the model is asked about all texts of the map; its answers come bit by bit. */
  'label/marks': [params: { readonly suggested: boolean }, result: MapMarks];
  /** The beginnings of texts; those that are gone are left out. */
  'label/texts': [params: { readonly ids: readonly string[] }, result: readonly ListedText[]];
  /** Opens the text in the editor. */
  'label/open': [params: { readonly id: string }, result: null];
  'label/command': [params: { readonly command: PanelCommand }, result: null];
}
