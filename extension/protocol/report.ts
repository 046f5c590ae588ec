/** What is said of a model after its training, as it stands in `<model>.report.json`. */
import type { TrainSettings } from './engineApi';

/** A text of the data file that was learned from. */
export interface TextRef {
  /** From 0, empty lines not counted. */
  readonly row: number;
  /** As the data file has it. */
  readonly id?: string;
}

/** A figure, and between which figures the true one is with the report's `level`; all 0 to 1 unless said otherwise. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ClassFigures {
  readonly label: string;
  /** Held-out texts that were given it. */
  readonly texts: number;
  /** Of those that are taken for it, the share that was given it; undefined when none is taken for it. */
  readonly precision?: number;
  /** Of those that were given it, the share that is taken for it. */
  readonly recall: number;
  readonly f1: number;
}

/** A cell of the confusion matrix that is not empty; `is` and `takenFor` are indices into the report's labels. */
export interface ConfusionCell {
  readonly is: number;
  readonly takenFor: number;
  readonly texts: readonly TextRef[];
}

export interface ReliabilityBin {
  /** Scores from `from` to below `to`. */
  readonly from: number;
  readonly to: number;
  readonly texts: number;
  /** Means over these texts. */
  readonly score: number;
  readonly accuracy: number;
}

export interface Reliability {
  /** Expected calibration error. */
  readonly ece: number;
  /** Those that have texts, lowest first. */
  readonly bins: readonly ReliabilityBin[];
}

export interface LearningCurve {
  /** How right views that cost little are about labels that they have not learned from, by how many they have learned from. */
  readonly points: readonly { readonly labels: number; readonly accuracy: number }[];
  /** What ten more labels a class would add to that; undefined where the labels cannot say. */
  readonly tenMore?: Estimate;
}

export interface MislabelledText extends TextRef {
  readonly label: string;
  readonly suggested: string;
  readonly score: number;
  readonly suggestedScore: number;
  /** Counted as wrong; the others are merely doubtful. */
  readonly likely: boolean;
}

export interface StudentFigures {
  readonly id: string;
  readonly name: string;
  /** As the report's accuracy is estimated. Undefined where nothing tells. */
  readonly accuracy?: number;
  readonly docsPerSecond: number;
  readonly sizeBytes: number;
  /** True for the one that was exported. */
  readonly chosen: boolean;
}

/** What a training went by: what a person set, and of the rest what followed from the texts. */
export interface RunSettings extends Required<
  Pick<
    TrainSettings,
    | 'adapter'
    | 'students'
    | 'steps'
    | 'learningRate'
    | 'seed'
    | 'windowTokens'
    | 'spreadShare'
    | 'mutualShare'
    | 'device'
  >
> {
  /** Name of the base model's folder. */
  readonly base: string;
  readonly targetPrecision?: number;
}

/**
 * Figures on the given labels, each said by those of the teachers and views that have not learned from it. Of the labels that
 * nobody could leave out, nothing is said.
 */
export interface TrainingReport {
  readonly format: 1;
  readonly labels: readonly string[];
  /** Labels that the figures rest on. */
  readonly heldOut: number;
  /** Of all intervals: 0.9. */
  readonly level: number;
  /** Of the exported student, on texts like those without a label; undefined without held-out labels. */
  readonly accuracy?: Estimate;
  readonly macroF1?: Estimate;
  readonly classes: readonly ClassFigures[];
  readonly confusion: readonly ConfusionCell[];
  readonly reliability: { readonly before: Reliability; readonly after: Reliability };
  readonly learningCurve: LearningCurve;
  /** The least believable labels first, fifty at most. */
  readonly mislabelled: readonly MislabelledText[];
  /** How many of all held-out labels are counted as wrong. */
  readonly likelyErrors: number;
  readonly students: readonly StudentFigures[];
  /** Missing in reports of the first versions. */
  readonly settings?: RunSettings;
}

/** Beside the model's folder, not in it: it names texts, and a model is handed on. */
export function reportFileOf(modelDir: string): string {
  return `${modelDir.replace(/[\\/]+$/, '')}.report.json`;
}
