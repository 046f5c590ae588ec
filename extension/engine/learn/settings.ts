/** Every number of the recipe, in one place. The same for all data sets; what differs follows from the labels. */
import { AppError } from '../../protocol/appError';
import type { AdapterKind, Device, TrainSettings } from '../../protocol/engineApi';

export interface Recipe {
  readonly seed: number;
  readonly device: Device;
  readonly adapter: AdapterKind;
  /** Encoder layers of each student. */
  readonly students: readonly (readonly number[])[];
  readonly distillation: boolean;
  readonly mutual: boolean;
  readonly unlabelled: boolean;

  /** Longest window in tokens, special tokens included. */
  readonly windowTokens: number;
  readonly steps: number;
  /** Texts a step: with a given label, and without. */
  readonly labelledBatch: number;
  readonly unlabelledBatch: number;
  /** Peak learning rate, after `warmup` (share of the steps), then falling to zero in a line. */
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  /** Largest length of a member's gradient. */
  readonly clipNorm: number;
  /** Share of the tokens that each student's own view of a text masks. */
  readonly maskedShare: number;
  /** Share of the steps over which the teacher's word comes to count in full. */
  readonly distillationRamp: number;
  /** Share of the unlabelled target that comes from the peers at the end of `mutualRamp`. */
  readonly mutualShare: number;
  readonly mutualRamp: number;
  /** Power that the teacher's and the neighbours' probabilities are raised to. */
  readonly teacherSharpening: number;
  readonly neighbourSharpening: number;
  /** Nearest neighbours of a text in the graph that labels spread over. */
  readonly neighbours: number;
  /** Share of the given labels that is held out, and the fewest labels of a class that allow it. */
  readonly heldOutShare: number;
  readonly heldOutFrom: number;
  /** Steps between two looks at the held-out labels, and looks without gain before stopping. */
  readonly evaluateEvery: number;
  readonly patience: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

export const defaultRecipe: Recipe = {
  seed: 1,
  device: 'cpu',
  adapter: 'lora',
  students: [
    [0, 1, 2],
    [0, 2, 4],
  ],
  distillation: true,
  mutual: true,
  unlabelled: true,
  windowTokens: 128,
  steps: 240,
  labelledBatch: 12,
  unlabelledBatch: 16,
  learningRate: 1e-3,
  warmup: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  maskedShare: 0.1,
  distillationRamp: 0.4,
  mutualShare: 0.5,
  mutualRamp: 0.5,
  teacherSharpening: 2,
  neighbourSharpening: 6,
  neighbours: 10,
  heldOutShare: 0.2,
  heldOutFrom: 5,
  evaluateEvery: 20,
  patience: 5,
  checkpointEvery: 20,
};

/** The recipe with a person's settings over the defaults. @throws AppError('settings/invalid') */
export function resolveRecipe(settings: TrainSettings, encoderLayers: number): Recipe {
  const recipe = { ...defaultRecipe, ...definedOf(settings) };
  const { base: _base, ...known } = recipe as Recipe & { base?: string };
  const students = settings.students ?? defaultStudents(encoderLayers);
  for (const layers of students) {
    const wrong = layers.find((l) => !Number.isInteger(l) || l < 0 || l >= encoderLayers);
    if (wrong !== undefined || layers.length === 0) {
      throw new AppError(
        'settings/invalid',
        `A student asks for layer ${wrong ?? '(none)'}, but the base model has layers 0 to ${encoderLayers - 1}: change "students".`,
      );
    }
  }
  if (!(known.steps >= 1 && Number.isInteger(known.steps))) {
    throw new AppError('settings/invalid', `"steps" is ${known.steps}; give a whole number of at least 1.`);
  }
  if (!(known.learningRate > 0)) {
    throw new AppError('settings/invalid', `"learningRate" is ${known.learningRate}; give a number above 0.`);
  }
  return { ...known, students };
}

/** Two students of half the teacher's depth: its lowest layers, and every other one. */
function defaultStudents(layers: number): number[][] {
  const depth = Math.max(1, Math.min(3, Math.floor(layers / 2)));
  const lowest = Array.from({ length: depth }, (_, i) => i);
  const spread = Array.from({ length: depth }, (_, i) => Math.floor((i * layers) / depth));
  return depth === layers ? [lowest] : [lowest, spread];
}

function definedOf(settings: TrainSettings): Partial<TrainSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
