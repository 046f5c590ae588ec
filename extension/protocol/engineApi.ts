/**
 * What the engine process answers. Spoken with vscode-jsonrpc over the process channel; the types here are
 * the whole contract between host and engine.
 */
import type { CommitteeParams, CommitteeResult } from './committeeApi';
import type { JsonRow } from './jsonLines';
import type { TrainResult, TrainSnapshot } from './snapshot';

export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml';
export type AdapterKind = 'lora' | 'bitfit' | 'houlsby';

/** Settings of a run. Every field has a default (`defaultSettings` of the engine's `learn/settings.ts`). */
export interface TrainSettings {
  readonly seed?: number;
  readonly device?: Device;
  /** Folder of the base model (Hugging Face layout). */
  readonly base?: string;
  readonly adapter?: AdapterKind;
  /** Encoder layers of each student, e.g. [[0, 1, 2], [0, 2, 5]]. */
  readonly students?: readonly (readonly number[])[];
  /** The student that is exported, as 'student-2'; without it the one that promises most. */
  readonly student?: string;
  /** Longest window in tokens; a longer text is read in several. */
  readonly windowTokens?: number;
  /** Optimizer steps of the last stage. */
  readonly steps?: number;
  readonly learningRate?: number;
  /**
   * Weights of what students are taught on a text without a label, 0 to 1: of the spread labels beside the teacher, and of the
   * other students beside both.
   */
  readonly spreadShare?: number;
  readonly mutualShare?: number;
  /** What the students learn from besides the given labels; for ablations. */
  readonly distillation?: boolean;
  readonly mutual?: boolean;
  readonly unlabelled?: boolean;
  /** Share of its answers, 0 to 1, that the model shall be right about: it abstains from others. */
  readonly targetPrecision?: number;
}

export interface TrainParams {
  readonly runId: string;
  /** JSON Lines: {"text", "label"?, "id"?}, one text a line. */
  readonly dataFile: string;
  /** Checkpoints, cached embeddings and the newest snapshot live here; a run that finds its own state goes on. */
  readonly runDir: string;
  /** The finished model's folder; appears whole or not at all. */
  readonly modelDir: string;
  /**
   * JSON Lines: {"text", "label"}, never learned from and never used to choose or to stop. When given, the rows of the
   * result are measured on these instead of on held-out labels.
   */
  readonly testFile?: string;
  /** What labels of the data mean, in a person's words, as far as somebody said it. */
  readonly descriptions?: LabelDescriptions;
  readonly settings: TrainSettings;
}

/** Label -> its description. */
export type LabelDescriptions = Readonly<Record<string, string>>;

export interface PauseParams {
  readonly runId: string;
  /** False lets it go on. */
  readonly paused: boolean;
}

/** What there is to learn from, for an estimate: counts, and some of the texts. */
export interface PreflightParams {
  readonly settings: TrainSettings;
  readonly labelled: number;
  readonly unlabelled: number;
  readonly classes: number;
  /** Drawn by chance: their lengths stand for all. */
  readonly sample: readonly string[];
}

export interface Preflight {
  /** Where the run will compute: with `auto`, the fastest that gave right numbers in a trial on this computer. */
  readonly device: Exclude<Device, 'auto'>;
  readonly skipped: readonly DeviceReport[];
  /** Expected of the whole run, from the time of a step on that device. */
  readonly durationMs: number;
  readonly memoryBytes: number;
}

/** Which of a model's files reads the texts, and where. */
export interface ReadingParams {
  readonly modelDir: string;
  readonly device?: Device;
  /** The small file: weights in few bits, and texts that are clear at once do not go through its layers. */
  readonly fast?: boolean;
  /** Of one operator on the CPU; by default about as many as there are physical cores. */
  readonly threads?: number;
}

export interface ClassifyParams extends ReadingParams {
  readonly texts: readonly string[];
}

/** The label that a model which learned from texts that are none of the labels gives others like them. */
export const noneOfThese = 'none of these';

/** The class that a row says its text is of; undefined where it says nothing. */
export function givenClass({ label, none }: Pick<JsonRow, 'label' | 'none'>): string | undefined {
  return none ? noneOfThese : label;
}

/** Answer for one text; scores are calibrated probabilities. */
export interface Prediction {
  readonly label: string;
  readonly score: number;
  readonly runnerUp?: { readonly label: string; readonly score: number };
  /** True when the score is below the model's threshold, "unsure", or the text is none of the labels. */
  readonly abstained: boolean;
  /** The model takes the text for none of the labels; `label` says so in words. */
  readonly none?: true;
  /** How many windows the text was read in. */
  readonly windows: number;
}

export interface EvaluateParams extends ReadingParams {
  /** JSON Lines: {"text", "label"}, one text a line. */
  readonly dataFile: string;
}

/** Figures of a model on texts whose labels are known. */
export interface Evaluation {
  /** In the order of `confusion`. */
  readonly labels: readonly string[];
  readonly texts: number;
  /** 0 to 1, over all texts, abstained ones included. */
  readonly accuracy: number;
  readonly macroF1: number;
  /** Expected calibration error, 0 to 1. */
  readonly ece: number;
  /** Share of the texts that the model did not abstain from, 0 to 1. */
  readonly coverage: number;
  /** Of these, the share that it is right about; 0 when there are none. */
  readonly precision: number;
  readonly docsPerSecond: number;
  /** [true label][predicted label]: number of texts. */
  readonly confusion: readonly (readonly number[])[];
}

export interface ExplainParams {
  readonly modelDir: string;
  readonly text: string;
  /** What is to be explained; the label that the model gives when left out. */
  readonly label?: string;
}

/** A part of a text, in UTF-16 code units; `end` is the first that is not part of it. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Which words of a text made a model give a label. */
export interface Explanation {
  readonly label: string;
  /** The label's calibrated probability, 0 to 1. */
  readonly score: number;
  /**
   * In the order of the text. `weight` is what a word adds to the natural logarithm of the label's score, beside the same text
   * with the word masked; below zero it speaks against the label.
   */
  readonly words: readonly (TextRange & { readonly weight: number })[];
  /** The pieces in which a long text was read, each with its own score of the label. */
  readonly windows: readonly (TextRange & { readonly score: number })[];
  /** Index of the window that speaks most for the label. */
  readonly decisive: number;
}

/** Texts whose places in the base model's space are asked about; they are kept in `cacheDir`, text by text. */
export interface PlacedTextsParams {
  /** JSON Lines as `TrainParams.dataFile`'s. */
  readonly dataFile: string;
  /** Vectors of texts are kept here: one folder a classifier. */
  readonly cacheDir: string;
  /** Folder of the base model (Hugging Face layout). */
  readonly base?: string;
  /**
   * How long to wait for all texts to get their places before answering with those that have one, and then for the model to read
   * them; 150 ms by default.
   */
  readonly patienceMs?: number;
}

/** How many of the texts that are looked at have their place: the rest is placed meanwhile, so that asking again knows more. */
export interface Placed {
  readonly placed: number;
  /** Of a large corpus, a sample of this many is looked at. */
  readonly of: number;
}

export interface SuggestParams extends PlacedTextsParams {
  /** A trained model, whose answers say what is unsure as soon as it has read the texts. */
  readonly modelDir?: string;
  readonly count: number;
  /** The same texts, labels and seed give the same suggestions, in whatever order the texts stand. */
  readonly seed: number;
}

/** Why a text is worth a label. */
export type SuggestReason =
  | { readonly kind: 'unsure'; readonly top: readonly { readonly label: string; readonly score: number }[] }
  /** It stands for a group of this many texts of which none is labelled. */
  | { readonly kind: 'cover'; readonly groupSize: number }
  /** It may be of a label that has few texts. */
  | { readonly kind: 'rare'; readonly label: string }
  /** By lot, so that figures on the labelled texts stay honest. */
  | { readonly kind: 'random' };

export interface Suggestion {
  /** Row of `dataFile`, from 0, empty lines not counted; of rows with the same text, the first. */
  readonly row: number;
  readonly reason: SuggestReason;
}

export interface Suggestions extends Placed {
  /** Best first; fewer than were asked for when no more texts are without a label. */
  readonly suggestions: readonly Suggestion[];
  /** Asked again, they would be the same: all texts have their places, and the model, if there is one, has read them. */
  readonly settled: boolean;
}

export interface SimilarParams extends PlacedTextsParams {
  /** Row of `dataFile`, from 0. */
  readonly row: number;
  readonly count: number;
}

export interface SimilarTexts extends Placed {
  /** Nearest first, `row` itself not among them; other rows with the same text are. */
  readonly texts: readonly { readonly row: number; readonly cosine: number }[];
}

export interface ReviewParams extends PlacedTextsParams {
  readonly count: number;
  /** The same texts, labels and seed give the same answer, in whatever order the texts stand. */
  readonly seed: number;
}

/** A label that may be wrong: cross-validated, so said by who has not learned from it. */
export interface DoubtfulLabel {
  /** Row of `dataFile`, from 0; of rows with the same text, the first. */
  readonly row: number;
  readonly label: string;
  readonly suggested: string;
  /** Calibrated probabilities of the label that it has, and of the suggested one. */
  readonly score: number;
  readonly suggestedScore: number;
  /** Counted as wrong; the others are merely doubtful. */
  readonly likely: boolean;
}

/** Labels that may be wrong. `placed` and `of` are of the labelled texts alone. */
export interface Review extends Placed {
  /** The least believable first. */
  readonly doubts: readonly DoubtfulLabel[];
  /** How many of all labels are counted as wrong. */
  readonly likelyErrors: number;
  /** Asked again, the answer would be the same: all labelled texts have their places. */
  readonly settled: boolean;
}

export interface MapParams extends PlacedTextsParams {
  readonly seed: number;
}

/** A picture of the corpus: near on it means alike in meaning. Texts that are not placed yet are left out. */
export interface CorpusMap extends Placed {
  /** Row of `dataFile` of each point; of rows with the same text, the first. */
  readonly rows: readonly number[];
  /** Between 0 and 1, as `rows`. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Index into `groups`, as `rows`. */
  readonly group: readonly number[];
  readonly groups: readonly { readonly size: number; readonly words: readonly string[] }[];
}

export interface EngineInfo {
  readonly pid: number;
  readonly version: string;
}

/** What devices are called where they are listed. */
export const deviceNames: Readonly<Record<Exclude<Device, 'auto'>, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
};

/** Why a device is left out whose provider cannot be loaded, as CUDA's without CUDA. */
export const missingLibraries = 'its libraries are not installed';

/** What `auto` makes of a device of this computer. */
export interface DeviceReport {
  readonly device: Exclude<Device, 'auto'>;
  /** Why it is left out, a sentence part: 'no adapter'. Undefined for the one that is taken. */
  readonly reason?: string;
}

/** Requests: method name -> [params, result]. */
export interface EngineRequests {
  'engine/info': [params: Record<string, never>, result: EngineInfo];
  'engine/devices': [params: Record<string, never>, result: readonly DeviceReport[]];
  'engine/train': [params: TrainParams, result: TrainResult];
  /** Its progress comes as a training's. */
  'engine/committee': [params: CommitteeParams, result: CommitteeResult];
  'engine/preflight': [params: PreflightParams, result: Preflight];
  /** A paused run waits after the step that it is in; one that is not under way yet waits where it begins. */
  'engine/pause': [params: PauseParams, result: null];
  'engine/classify': [params: ClassifyParams, result: readonly Prediction[]];
  'engine/evaluate': [params: EvaluateParams, result: Evaluation];
  'engine/explain': [params: ExplainParams, result: Explanation];
  'engine/suggest': [params: SuggestParams, result: Suggestions];
  'engine/similar': [params: SimilarParams, result: SimilarTexts];
  'engine/review': [params: ReviewParams, result: Review];
  /** Waits as long as the patience lasts; says how many texts have their places then. */
  'engine/place': [params: PlacedTextsParams, result: Placed];
  'engine/map': [params: MapParams, result: CorpusMap];
}

/** Notifications from the engine: method name -> params. */
export interface EngineNotifications {
  'engine/progress': TrainSnapshot;
  'engine/log': { readonly level: 'info' | 'warn' | 'error'; readonly message: string };
}
