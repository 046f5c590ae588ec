/** Every word of the report's tabs. */
import type { AdapterKind, Device } from '../../extension/protocol/engineApi';
import { counted } from './counted';

export const tabNames = [
  'overview',
  'confusion',
  'confidence',
  'curve',
  'mislabelled',
  'students',
  'settings',
] as const;
export type TabName = (typeof tabNames)[number];

export const reportWords = {
  report: 'Report',
  loading: 'Reading the report…',
  tabs: {
    overview: 'Overview',
    confusion: 'Confusion',
    confidence: 'Confidence',
    curve: 'Learning curve',
    mislabelled: 'Maybe mislabelled',
    students: 'Students',
    settings: 'Settings',
  } satisfies Record<TabName, string>,

  interval: (low: string, high: string, labels: string): string =>
    `${low} to ${high} from ${counted(labels, 'label')}`,
  toldFrom: (labels: string, level: string): string =>
    `Told from ${counted(labels, 'label')} that were left out: each is judged by those who have not learned from it. ` +
    `With ${level} confidence the true figures are between these.`,
  nothingMeasured:
    'Nothing could be measured, for no label could be left out: label two texts of each class at least.',

  accuracy: 'Accuracy',
  macroF1: 'Macro-F1',
  classes: 'Classes',
  label: 'Label',
  texts: 'Texts',
  precision: 'Precision',
  precisionHint: 'Of the texts that are taken for it, the share that was given it',
  recall: 'Recall',
  recallHint: 'Of the texts that were given it, the share that is taken for it',
  f1: 'F1',
  missing: '–',

  matrix: 'Confusion matrix',
  matrixHint:
    'A row for each given label, a column for what its texts are taken for. A number opens its texts; arrow keys go from number to number.',
  corner: 'Given',
  takenFor: 'Taken for',
  cell: (count: string, is: string, takenFor: string): string =>
    is === takenFor
      ? `${counted(count, 'text')} of “${is}”, taken for it`
      : `${counted(count, 'text')} of “${is}”, taken for “${takenFor}”`,
  open: 'Open',
  openHint: 'Open in the editor',
  more: (count: string): string => `Show ${count} more`,
  unknownText: (row: string): string => `Text ${row} of the training`,

  calibration: (after: string, before: string): string =>
    `Calibration error ${after}, before calibration ${before}; 0 is best. On the dashed line a score of 0.8 is right in 8 of 10 texts.`,
  reliability: 'How right scores are',
  before: 'Before calibration',
  after: 'After calibration',
  score: 'Score',
  meanScore: 'Mean score',
  scores: 'Scores',
  range: (from: string, to: string): string => `${from} to ${to}`,
  dot: (texts: string, score: string, accuracy: string): string =>
    `score ${score}: ${accuracy} right, ${counted(texts, 'text')}`,

  curve: 'Accuracy by number of labels',
  curveHint: 'Of a regression on meaning and words, about labels that it has not learned from.',
  labels: 'Labels',
  tenMore: (change: string, low: string, high: string): string =>
    `Ten more labels a class would change the accuracy by ${change}, ${low} to ${high}.`,
  cannotSay:
    'What ten more labels a class would bring, the labels cannot say yet: label more of the rarest ones.',
  noCurve: 'There is no curve yet: it needs two labels of each class.',

  doubtsHint:
    'The least believable labels first. Enter on the first button takes the suggestion and goes on; up and down go from text to text.',
  likelyErrors: (errors: string, labels: string): string =>
    `${errors} of ${counted(labels, 'label')} ${errors === '1' ? 'is' : 'are'} likely wrong.`,
  noDoubts: 'No label is in doubt.',
  allDecided: 'Every label that was in doubt has been decided about.',
  decided: (count: string): string => `${counted(count, 'text')} decided about since the training.`,
  undo: 'Undo Label',
  likely: 'likely wrong',
  doubtful: 'doubtful',
  given: 'Given',
  suggested: 'Suggested',
  relabel: (label: string): string => `Relabel as “${label}”`,
  keep: 'Keep',
  keepHint: 'The label is right: say it once more',
  relabelled: (label: string): string => `Relabelled as “${label}”.`,
  kept: (label: string): string => `Kept as “${label}”.`,

  studentsChart: 'Accuracy and speed of the students',
  studentsHint: 'The larger the circle, the larger the model; the filled one was exported.',
  student: 'Student',
  speed: 'Texts a second',
  size: 'Size',
  exported: 'exported',
  exportStudent: 'Export',
  exportStudentHint: (name: string): string => `Export ${name} as the next model; it has learned already`,
  studentDot: (name: string, accuracy: string, speed: string, size: string): string =>
    `${name}: accuracy ${accuracy}, ${speed} texts a second, ${size}`,
  settingsHint: 'What this model was trained with; the same texts, labels and settings make the same model.',
  noSettings: 'The report of this model does not say what it was trained with; its card does.',
  setHint:
    'What is not set follows from the texts and the labels. The classifier’s own file goes before VS Code’s settings.',
  setting: 'Setting',
  thisTraining: 'This training',
  setNow: 'Set now',
  notSet: 'not set',
  changed: 'changed',
  usual: 'usual',
  openSettings: 'Open VS Code’s Settings',
  openClassifierFile: 'Open classifier.json',
  settings: {
    base: 'Base model',
    adapter: 'Adapter',
    students: 'Layers of the students',
    steps: 'Steps',
    learningRate: 'Learning rate',
    windowTokens: 'Longest window',
    spreadShare: 'Weight of spread labels',
    mutualShare: 'Weight of the other students',
    targetPrecision: 'Target precision',
    seed: 'Seed',
    device: 'Device',
  },
  settingHints: {
    base: 'The model that teacher and students begin as',
    adapter: 'What is trained of the base model',
    students: 'Layers of the base model that each student keeps, from 0',
    steps: 'In which teacher and students learn together',
    learningRate: 'The highest one of the students',
    windowTokens: 'In tokens; longer texts are read in several windows',
    spreadShare: 'Beside the teacher, on texts without a label',
    mutualShare: 'Beside teacher and spread labels, on texts without a label',
    targetPrecision: 'Share of its answers that the model shall be right about',
    seed: 'Where random numbers begin',
    device: 'Where it is computed',
  },
  adapters: { lora: 'LoRA', bitfit: 'BitFit', houlsby: 'Houlsby' } satisfies Record<AdapterKind, string>,
  devices: {
    auto: 'the fastest',
    cpu: 'CPU',
    webgpu: 'WebGPU',
    cuda: 'CUDA',
    dml: 'DirectML',
  } satisfies Record<Device, string>,

  chart: (title: string, values: readonly string[]): string => `${title}, a chart. ${values.join('; ')}.`,
} as const;
