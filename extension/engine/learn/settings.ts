/** Every number of the recipe, in one place. The same for all data sets; what differs follows from the labels. */
import { AppError } from '../../protocol/appError';
import type { AdapterKind, Device, TrainSettings } from '../../protocol/engineApi';

export interface Recipe {
  readonly seed: number;
  readonly device: Device;
  readonly adapter: AdapterKind;
  /** Encoder layers of each student; one without any reads its tokens as a bag of vectors. */
  readonly students: readonly (readonly number[])[];
  /** The one that is exported; undefined for the one that promises most. */
  readonly student?: string;
  readonly distillation: boolean;
  readonly mutual: boolean;
  readonly unlabelled: boolean;
  /** Share of its answers that the model shall be right about; undefined for a usual threshold. */
  readonly targetPrecision?: number;

  /** Whether products by frozen weights are computed in 8 bits while learning, where the device gains by it. */
  readonly eightBit: boolean;
  /** Longest window in tokens, special tokens included. */
  readonly windowTokens: number;
  /** Longest piece of a window that a step learns from, another one each time. */
  readonly pieceTokens: number;
  /** Texts without a label that are embedded, for who is near whom; of more, so many are drawn by chance. */
  readonly mostUnlabelled: number;
  /** Of these, the texts that the teacher answers and the cohort learns from, drawn by chance. */
  readonly mostLearned: number;
  /** The first windows of a long text, which the teacher reads for its answer. */
  readonly answeredWindows: number;
  /** Parts of the given labels, of which each of as many teachers leaves out one: what each says of its part tells what they are worth. */
  readonly teachFolds: number;
  /** Optimizer steps of each teacher alone, on the given labels. */
  readonly teachSteps: number;
  /** Optimizer steps of teacher and students together. */
  readonly steps: number;
  /** Texts a step: with a given label while the teacher is alone, and later; and without. */
  readonly teachBatch: number;
  readonly labelledBatch: number;
  readonly unlabelledBatch: number;
  /** Unlabelled texts a step that the teacher reads as well. It costs what the students cost together. */
  readonly taughtBatch: number;
  /** Tokens that a step computes on at once, padding included: what bounds its memory. */
  readonly stepTokens: number;
  /** Peak learning rate, after `warmup` (share of the steps), then falling to zero in a line. */
  readonly learningRate: number;
  readonly warmup: number;
  /** The teacher's learning rate is this share of it: it sees few labels and would learn them by heart. */
  readonly teacherRate: number;
  readonly weightDecay: number;
  /** Largest length of a member's gradient. */
  readonly clipNorm: number;
  /** Share of the tokens that each student's own view of a text masks. */
  readonly maskedShare: number;
  /** Of what students are taught on an unlabelled text, the share that the spread labels have; the teacher's is the rest. */
  readonly spreadShare: number;
  /** Share of the unlabelled target that comes from the peers at the end of `mutualRamp`. */
  readonly mutualShare: number;
  readonly mutualRamp: number;
  /** Power that the teacher's and the neighbours' probabilities are raised to. */
  readonly teacherSharpening: number;
  readonly neighbourSharpening: number;
  /** Nearest neighbours of a text in the graph that labels spread over. */
  readonly neighbours: number;
  /** Into how many parts the given labels are dealt, of which each member holds out one. */
  readonly heldOutFolds: number;
  /** The fewest labels of a class that allow to hold any out. */
  readonly heldOutFrom: number;
  /** Steps between two looks at the held-out labels, and looks without gain before stopping. */
  readonly evaluateEvery: number;
  readonly patience: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

export const defaultRecipe: Recipe = {
  seed: 1,
  device: 'auto',
  adapter: 'lora',
  students: [
    [0, 1, 2],
    [0, 2, 5],
  ],
  distillation: true,
  mutual: true,
  unlabelled: true,
  eightBit: true,
  windowTokens: 128,
  pieceTokens: 64,
  mostUnlabelled: 20_000,
  mostLearned: 4_096,
  answeredWindows: 2,
  teachFolds: 3,
  teachSteps: 120,
  steps: 80,
  teachBatch: 4,
  labelledBatch: 4,
  unlabelledBatch: 16,
  taughtBatch: 4,
  stepTokens: 768,
  learningRate: 2e-3,
  warmup: 0.1,
  teacherRate: 0.15,
  weightDecay: 0.01,
  clipNorm: 1,
  maskedShare: 0.1,
  spreadShare: 0.5,
  mutualShare: 0.5,
  mutualRamp: 0.5,
  teacherSharpening: 2,
  neighbourSharpening: 4,
  neighbours: 10,
  heldOutFolds: 10,
  heldOutFrom: 5,
  evaluateEvery: 10,
  patience: 5,
  checkpointEvery: 20,
};

/** Two special tokens and a few words. */
const shortestWindow = 8;

/** Tokens of a window, and classes, for which the default numbers of steps are meant. */
const usualTokens = 44;
const usualClasses = 20;
/** A text without a label is learned from so often, where that takes no more than so many times the usual steps. */
const timesLearned = 2;
const mostOfUsual = 2;

/**
 * The recipe with a person's settings over the defaults.
 * @param texts `meanTokens` of a window: a step on long texts takes longer, so there are fewer of them, and on short ones
 * more; of many `classes` each needs its own; and how many are `labelled` and `unlabelled`
 * @throws AppError('settings/invalid')
 */
export function resolveRecipe(
  settings: TrainSettings,
  encoderLayers: number,
  {
    meanTokens = usualTokens,
    labelled = 0,
    unlabelled = 0,
    classes = usualClasses,
  }: {
    readonly meanTokens?: number;
    readonly labelled?: number;
    readonly unlabelled?: number;
    readonly classes?: number;
  } = {},
): Recipe {
  const pace = usualTokens / meanTokens;
  const paced = (steps: number, least: number, most: number): number =>
    Math.round(steps * Math.min(most, Math.max(least, pace)));
  const { pieceTokens, windowTokens } = defaultRecipe;
  const wide = Math.min(2, Math.max(1, classes / usualClasses));
  const usual = defaultRecipe.steps * wide * Math.min(2, Math.max(pace, Math.sqrt(pace)));
  const enough =
    settings.unlabelled === false ? 0 : (timesLearned * unlabelled) / defaultRecipe.unlabelledBatch;
  const known = {
    ...defaultRecipe,
    // A piece bounds what the rare long text costs; where most are long, what tells them apart may stand anywhere.
    pieceTokens: meanTokens > pieceTokens ? windowTokens : pieceTokens,
    teachSteps: paced(defaultRecipe.teachSteps, 0.4, 2),
    // Few labels are better learned in small batches, and many need large ones to be seen often enough.
    teachBatch: tenthOf(labelled, defaultRecipe.teachBatch, 16),
    labelledBatch: tenthOf(labelled, defaultRecipe.labelledBatch, 8),
    steps: Math.round(Math.min(mostOfUsual * usual, Math.max(usual, enough))),
    mostLearned: Math.round(defaultRecipe.mostLearned * wide),
    ...definedOf(settings),
  };
  const students = settings.students ?? defaultStudents(encoderLayers, meanTokens > pieceTokens);
  for (const layers of students) {
    const wrong = layers.find((l) => !Number.isInteger(l) || l < 0 || l >= encoderLayers);
    if (wrong !== undefined) {
      throw new AppError(
        'settings/invalid',
        `A student asks for layer ${wrong}, but the base model has layers 0 to ${encoderLayers - 1}: change "students".`,
      );
    }
  }
  checkSettings(known);
  // More texts than the steps will draw need no answers.
  const mostLearned = Math.min(known.mostLearned, known.steps * known.unlabelledBatch);
  return { ...known, mostLearned, students };
}

const numbers: readonly (readonly [
  name:
    'seed' | 'steps' | 'learningRate' | 'windowTokens' | 'spreadShare' | 'mutualShare' | 'targetPrecision',
  isRight: (value: number) => boolean,
  wanted: string,
])[] = [
  ['seed', Number.isSafeInteger, 'a whole number'],
  ['steps', (value) => Number.isInteger(value) && value >= 1, 'a whole number of at least 1'],
  ['learningRate', (value) => value > 0 && value < 1, 'a number above 0 and below 1'],
  [
    'windowTokens',
    (value) => Number.isInteger(value) && value >= shortestWindow,
    `a whole number of at least ${shortestWindow}`,
  ],
  ['spreadShare', (value) => value >= 0 && value <= 1, 'a share from 0 to 1'],
  ['mutualShare', (value) => value >= 0 && value <= 1, 'a share from 0 to 1'],
  ['targetPrecision', (value) => value > 0 && value < 1, 'a share between 0 and 1, as 0.95'],
];

/** What is wrong with a number shows before anything is computed. @throws AppError('settings/invalid') */
export function checkSettings(settings: TrainSettings): void {
  for (const [name, isRight, wanted] of numbers) {
    const value = settings[name];
    if (value === undefined || isRight(value)) continue;
    throw new AppError('settings/invalid', `"${name}" is ${value}; give ${wanted}.`);
  }
}

function tenthOf(labelled: number, least: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, labelled / 10)));
}

/**
 * Two students of half the teacher's depth: its lowest layers, and as many from its first to its last. Of long texts there are few steps, and the
 * last layer would follow the first labels' errors: there it is every other one.
 */
function defaultStudents(layers: number, isLong: boolean): number[][] {
  const depth = Math.max(1, Math.min(3, Math.floor(layers / 2)));
  const lowest = Array.from({ length: depth }, (_, i) => i);
  const spread = lowest.map((i) =>
    Math.floor(isLong ? (i * layers) / depth : (i * (layers - 1)) / Math.max(1, depth - 1)),
  );
  return depth === layers ? [lowest] : [lowest, spread];
}

/** The settings that are set, but for the base model: its weights are what counts, wherever they lie. */
function definedOf(settings: TrainSettings): Partial<Omit<Recipe, 'students'>> {
  return Object.fromEntries(
    Object.entries(settings).filter(([key, value]) => value !== undefined && key !== 'base'),
  );
}
