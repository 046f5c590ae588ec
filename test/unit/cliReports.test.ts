import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { explanationText } from '../../extension/cli/explainCommand';
import { reportCommand, reportText } from '../../extension/cli/reportCommand';
import { reviewText } from '../../extension/cli/reviewCommand';
import type { Terminal } from '../../extension/cli/terminal';
import type { TrainingReport } from '../../extension/protocol/report';

const report: TrainingReport = {
  format: 1,
  labels: ['ham', 'spam'],
  heldOut: 20,
  level: 0.9,
  accuracy: { value: 0.85, low: 0.68, high: 0.94 },
  macroF1: { value: 0.84, low: 0.66, high: 0.95 },
  classes: [
    { label: 'ham', texts: 10, precision: 0.8, recall: 0.9, f1: 0.847 },
    { label: 'spam', texts: 10, recall: 0, f1: 0 },
  ],
  confusion: [
    { is: 0, takenFor: 0, texts: [{ row: 1 }] },
    { is: 0, takenFor: 1, texts: [{ row: 4, id: 'a.txt' }] },
    { is: 1, takenFor: 0, texts: [2, 3, 5, 6, 7, 8].map((row) => ({ row })) },
  ],
  reliability: { before: { ece: 0.2, bins: [] }, after: { ece: 0.04, bins: [] } },
  learningCurve: {
    points: [
      { labels: 5, accuracy: 0.6 },
      { labels: 15, accuracy: 0.7 },
    ],
    tenMore: { value: 0.05, low: 0.01, high: 0.09 },
  },
  mislabelled: [
    { row: 4, id: 'a.txt', label: 'ham', suggested: 'spam', score: 0.03, suggestedScore: 0.97, likely: true },
  ],
  likelyErrors: 1,
  students: [
    {
      ...{ id: 'student-1', name: 'Student 1, 3 layers', accuracy: 0.85 },
      ...{ docsPerSecond: 400.4, sizeBytes: 68e6, chosen: true },
    },
  ],
};

it('a report as a person reads it', () => {
  // How wide the columns are is no matter.
  const text = reportText(report).replaceAll(/ +/g, ' ');
  expect(text).toContain('accuracy 85.0 % 68.0 % 94.0 %');
  expect(text).toContain('Calibration error there: 4.0 %, before calibration 20.0 %.');
  expect(text).toContain('spam 10 - 0.0 % 0.0 %');
  expect(text).toContain(
    '6 texts of spam taken for ham: row 3, row 4, row 6, row 7, row 8, ...\n1 text of ham taken for spam: a.txt',
  );
  expect(text).toContain('1 of 20 labels may be wrong (!):\n! a.txt ham 3.0 % rather spam 97.0 %');
  expect(text).toContain('60.0 % with 5, 70.0 % with 15');
  expect(text).toContain('Ten more labels a class would bring it 5.0 points (1.0 points to 9.0 points).');
  expect(text).toContain('Student 1, 3 layers, exported 85.0 % 400 68.0 MB');
});

it('a report of labels that say too little says so', () => {
  const { accuracy, macroF1, ...rest } = report;
  expect([accuracy, macroF1]).not.toContain(undefined);
  const text = reportText({ ...rest, heldOut: 0, learningCurve: { points: report.learningCurve.points } });
  expect(text).toContain('Nothing could be measured, for no label could be left out');
  expect(text).toContain('What more labels would bring, these labels cannot say.');
});

it('nanonet report reads what lies beside the model, and says what to do where nothing does', async () => {
  const model = join(await mkdtemp(join(tmpdir(), 'nanonet-report-')), 'model');
  await mkdir(model);
  await writeFile(join(model, 'nanonet.json'), '{}');
  const ask = async (): Promise<string> => {
    const out = new PassThrough();
    const terminal = { out, err: new PassThrough() } as unknown as Terminal;
    await reportCommand(terminal).parseAsync([model, '--json'], { from: 'user' });
    out.end();
    return readAll(out);
  };
  await expect(ask()).rejects.toThrow(/model\.report\.json is not there; a training writes it/);
  await writeFile(`${model}.report.json`, '{"format": 9}');
  await expect(ask()).rejects.toThrow(/is no report of this version; train the model again/);
  await writeFile(`${model}.report.json`, JSON.stringify(report));
  expect(JSON.parse(await ask())).toEqual(report);
});

it('labels in doubt, each with its place', () => {
  const doubt = { row: 0, line: 1, text: 'buy\u001b[31m now', score: 0.02, suggestedScore: 0.9 };
  const doubts = [
    { ...doubt, label: 'ham', suggested: 'spam', likely: true },
    { ...doubt, row: 4, line: 7, id: 'b.txt', label: 'spam', suggested: 'ham', likely: false },
  ];
  const review = { likelyErrors: 1, placed: 30, of: 30, settled: true };
  expect(reviewText({ ...review, doubts })).toBe(
    '1 of 30 labels may be wrong.\n' +
      '!  line 1  ham 2.0 %   rather spam 90.0 %  buy [31m now\n' +
      '   b.txt   spam 2.0 %  rather ham 90.0 %   buy [31m now',
  );
  expect(reviewText({ ...review, doubts: [] })).toBe('None of 30 labels is in doubt.');
});

it('words that decided, those that weigh most first', () => {
  const text = 'cheap pills, mother';
  const words = [
    { start: 0, end: 5, weight: 0.4 },
    { start: 6, end: 11, weight: 1.25 },
    { start: 13, end: 19, weight: -0.6 },
  ];
  const whole = { start: 0, end: 19, score: 0.93 };
  const explanation = { label: 'spam', score: 0.9, words, windows: [whole], decisive: 0 };
  expect(explanationText(explanation, text)).toBe('spam 90.0 %\n+1.25  pills\n-0.60  mother\n+0.40  cheap');
  const long = { ...explanation, windows: [whole, { start: 6, end: 19, score: 0.99 }], decisive: 1 };
  expect(explanationText(long, text)).toContain(
    'Read in 2 pieces; characters 7 to 19 decided (99.0 %): pills, mother',
  );
});
