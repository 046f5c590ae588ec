/** Reports as a training leaves them: of three labels, and of many. */
import type { LearnedText, PanelReport, TrainPanelState } from '../../extension/protocol/panelApi';
import type { ConfusionCell, TrainingReport } from '../../extension/protocol/report';
import { before, done, result } from './states';

const model = result.modelDir;

/** A training has ended, and its model has a report. */
export const reported: TrainPanelState = {
  ...before,
  ...{ snapshot: done(), model, decided: [] },
  settings: { base: '/models/all-MiniLM-L6-v2', device: 'auto', steps: 400 },
};

const counts = [
  [12, 1, 1],
  [0, 14, 1],
  [2, 1, 10],
];
let row = 0;
const confusion = counts.flatMap((cells, is) =>
  cells.flatMap((count, takenFor): ConfusionCell[] =>
    count === 0
      ? []
      : [
          {
            is,
            takenFor,
            texts: Array.from({ length: count }, () => ({ row: row++, id: `mails/${row}.txt` })),
          },
        ],
  ),
);

const sentences = [
  'The export ends after a minute with “out of memory”, since the update of last week',
  'How do I move a project to another computer?',
  'Please let me choose the order of the columns',
  'It says that my licence has expired, but it was renewed yesterday',
  'Is there a way to see who has changed a row?',
];

/** The texts of `report`, by row. */
export const texts: readonly LearnedText[] = Array.from({ length: row }, (_, at) => ({
  row: at,
  place: `mails/${at + 1}.txt`,
  excerpt: sentences[at % sentences.length] ?? '',
}));

/** Without its accuracy. */
export const unmeasured: TrainingReport = {
  format: 1,
  labels: ['bug', 'feature', 'question'],
  heldOut: 42,
  level: 0.9,
  classes: [
    { label: 'bug', texts: 14, precision: 0.857, recall: 0.857, f1: 0.857 },
    { label: 'feature', texts: 15, precision: 0.875, recall: 0.933, f1: 0.903 },
    { label: 'question', texts: 13, precision: 0.833, recall: 0.769, f1: 0.8 },
  ],
  confusion,
  reliability: {
    before: {
      ece: 0.118,
      bins: [
        { from: 0.6, to: 0.7, texts: 3, score: 0.66, accuracy: 0.333 },
        { from: 0.8, to: 0.9, texts: 9, score: 0.861, accuracy: 0.667 },
        { from: 0.9, to: 1, texts: 30, score: 0.972, accuracy: 0.933 },
      ],
    },
    after: {
      ece: 0.034,
      bins: [
        { from: 0.4, to: 0.5, texts: 4, score: 0.46, accuracy: 0.5 },
        { from: 0.6, to: 0.7, texts: 8, score: 0.655, accuracy: 0.75 },
        { from: 0.8, to: 0.9, texts: 12, score: 0.858, accuracy: 0.833 },
        { from: 0.9, to: 1, texts: 18, score: 0.945, accuracy: 0.944 },
      ],
    },
  },
  learningCurve: {
    points: [
      { labels: 8, accuracy: 0.62 },
      { labels: 16, accuracy: 0.71 },
      { labels: 24, accuracy: 0.76 },
      { labels: 32, accuracy: 0.79 },
    ],
    tenMore: { value: 0.041, low: 0.012, high: 0.083 },
  },
  mislabelled: [
    {
      ...{ row: 12, id: 'mails/13.txt', label: 'bug', suggested: 'feature' },
      ...{ score: 0.04, suggestedScore: 0.93, likely: true },
    },
    {
      ...{ row: 29, id: 'mails/30.txt', label: 'question', suggested: 'bug' },
      ...{ score: 0.11, suggestedScore: 0.86, likely: true },
    },
    {
      ...{ row: 31, id: 'mails/32.txt', label: 'question', suggested: 'feature' },
      ...{ score: 0.31, suggestedScore: 0.58, likely: false },
    },
  ],
  likelyErrors: 2,
  students: [
    {
      ...{ id: 'student-1', name: 'Student 1, 3 layers', accuracy: 0.858 },
      ...{ docsPerSecond: 231, sizeBytes: 61e6, chosen: false },
    },
    {
      ...{ id: 'student-2', name: 'Student 2, 2 layers', accuracy: 0.871 },
      ...{ docsPerSecond: 412.6, sizeBytes: 44_812_311, chosen: true },
    },
  ],
  settings: {
    ...{ base: 'all-MiniLM-L6-v2', adapter: 'lora', learningRate: 0.002, seed: 1, device: 'cpu' },
    ...{ students: [[0, 1, 2], [4]], steps: 160, windowTokens: 128, spreadShare: 0.5, mutualShare: 0.5 },
  },
};

export const report: TrainingReport = {
  ...unmeasured,
  accuracy: { value: 0.871, low: 0.821, high: 0.912 },
  macroF1: { value: 0.866, low: 0.79, high: 0.918 },
};

export const panelReport: PanelReport = { model, report };

/** As many labels as some sets have: each with its own texts, and a few that are taken for the next ones. */
export function reportOf(
  classes: number,
  nameOf = (at: number): string => `card_payment_wrong_${at}`,
): TrainingReport {
  const labels = Array.from({ length: classes }, (_, at) => nameOf(at));
  const cells = labels.flatMap((_, is): ConfusionCell[] =>
    [
      { takenFor: is, count: 8 },
      { takenFor: (is + 1) % classes, count: is % 3 },
      { takenFor: (is * 7 + 5) % classes, count: is % 2 },
    ]
      .filter(({ takenFor, count }, at) => count > 0 && (at === 0 || takenFor !== is))
      .map(({ takenFor, count }) => ({
        is,
        takenFor,
        texts: Array.from({ length: count }, (_, at) => ({ row: is * 20 + at })),
      })),
  );
  const byPlace = new Map(cells.map((cell) => [`${cell.is} ${cell.takenFor}`, cell]));
  return {
    ...report,
    labels,
    classes: labels.map((label) => ({ label, texts: 9, precision: 0.8, recall: 0.8, f1: 0.8 })),
    confusion: [...byPlace.values()],
  };
}
