import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Classifier } from '../../../extension/project/classifier';
import { readCorpus } from '../../../extension/project/corpus';
import { hashOf } from '../../../extension/project/labelEntry';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { readReport } from '../../../extension/project/reportFile';
import { decidedSince, rowsIn, runTexts, textsToday } from '../../../extension/project/reportTexts';
import { prepareRun, runDataFile } from '../../../extension/project/runs';
import { reportFileOf, type TrainingReport } from '../../../extension/protocol/report';
import { counting, workspace } from './workspace';

const report: TrainingReport = {
  format: 1,
  labels: ['ham', 'spam'],
  heldOut: 3,
  level: 0.9,
  classes: [{ label: 'ham', texts: 2, recall: 0.5, f1: 0.5 }],
  confusion: [{ is: 0, takenFor: 1, texts: [{ row: 1 }, { row: 4, id: 'a.txt' }] }],
  reliability: { before: { ece: 0.2, bins: [] }, after: { ece: 0.1, bins: [] } },
  learningCurve: { points: [{ labels: 2, accuracy: 0.5 }] },
  mislabelled: [
    { row: 4, id: 'a.txt', label: 'ham', suggested: 'spam', score: 0.1, suggestedScore: 0.9, likely: true },
  ],
  likelyErrors: 1,
  students: [{ id: 'student-1', name: 'Student 1', docsPerSecond: 100, sizeBytes: 1e6, chosen: true }],
  settings: {
    ...{ base: 'mini', adapter: 'lora', learningRate: 0.002, seed: 1, device: 'cpu' },
    ...{ students: [[0]], steps: 80, windowTokens: 128, spreadShare: 0.5, mutualShare: 0.5 },
  },
};

/** A model's folder with this beside it. */
async function modelWith(content?: string | Uint8Array): Promise<string> {
  const model = join(await workspace(), 'models', 'v1');
  await mkdir(model, { recursive: true });
  if (content !== undefined) await writeFile(reportFileOf(model), content);
  return model;
}

describe('readReport', () => {
  it('gives what the training wrote', async () => {
    expect(await readReport(await modelWith(JSON.stringify(report)))).toEqual(report);
  });

  it('gives one of a version that told no settings', async () => {
    const { settings, ...older } = report;
    expect(settings).toBeDefined();
    expect(await readReport(await modelWith(JSON.stringify(older)))).toEqual(older);
  });

  it('says where one is missing, and what to do', async () => {
    const model = await modelWith();
    await expect(readReport(model)).rejects.toMatchObject({
      code: 'report/missing',
      message: `${model}.report.json is not there; a training writes it, so train the model again.`,
    });
  });

  it.each([
    ['nothing', ''],
    ['a torn file', JSON.stringify(report).slice(0, 200)],
    ['bytes', new Uint8Array([0xff, 0xfe, 0, 1, 2])],
    ['null', 'null'],
    ['a newer format', JSON.stringify({ ...report, format: 2 })],
    [
      'settings without a base model',
      JSON.stringify({ ...report, settings: { ...report.settings, base: undefined } }),
    ],
    ['a field less', JSON.stringify({ ...report, labels: undefined })],
    [
      'a label that there is not',
      JSON.stringify({ ...report, confusion: [{ is: 0, takenFor: 2, texts: [] }] }),
    ],
    [
      'a row below 0',
      JSON.stringify({ ...report, confusion: [{ is: 0, takenFor: 1, texts: [{ row: -1 }] }] }),
    ],
    ['text for a number', JSON.stringify({ ...report, heldOut: '<b>3</b>' })],
    ['a number without an end', JSON.stringify(report).replace('"level":0.9', '"level":1e999')],
  ])('refuses %s in one sentence', async (_what, content) => {
    const model = await modelWith(content);
    await expect(readReport(model)).rejects.toMatchObject({
      code: 'report/not-read',
      message: `${model}.report.json is no report of this version; train the model again.`,
    });
  });
});

describe('the texts that a report names', () => {
  const classifier: Classifier = {
    version: 1,
    name: 'mail',
    labels: [{ name: 'ham' }, { name: 'spam' }],
    sources: [
      { kind: 'files', glob: 'mails/*.txt' },
      { kind: 'csv', glob: 'rows.csv', text: 'text' },
    ],
  };

  it('are found again where they stand today, or not at all; what was said since is known', async () => {
    const root = await workspace({
      'mails/a.txt': 'Win a prize today',
      'mails/b.txt': 'Lunch at noon?',
      'mails/long.txt': 'Dear all, buy cheap watches now. Regards',
      'rows.csv': 'text\nfirst row\nsecond row\n',
    });
    const journal = await LabelJournal.open(root, 'mail', counting());
    const read = (): ReturnType<typeof readCorpus> => readCorpus(root, classifier, journal);
    const long = 'Dear all, buy cheap watches now. Regards';
    const passage = { path: 'mails/long.txt', text: long, range: { start: 10, end: 31 } };
    await journal.label({ path: 'mails/a.txt', text: 'Win a prize today' }, 'ham');
    await journal.label({ path: 'rows.csv', part: 'row 2', text: 'second row' }, 'spam');
    await journal.label(passage, 'ham');
    const { version } = await prepareRun(root, classifier, await read(), { now: new Date() });
    const dataFile = runDataFile(root, 'mail', version);
    expect(dirname(dataFile)).toBe(join(root, '.nanonet/mail/runs/v1'));

    const learned = await runTexts(dataFile, new Set([0, 1, 2, 3, 4, 5, 99]));
    const rowOf = (excerpt: string): number =>
      [...learned].find(([, text]) => text.excerpt === excerpt)?.[0] ?? NaN;
    const [a, b, second, quote] = [
      'Win a prize today',
      'Lunch at noon?',
      'second row',
      'buy cheap watches now',
    ].map(rowOf);
    expect(learned.has(99)).toBe(false);
    expect(learned.get(second ?? NaN)).toEqual({
      id: 'rows.csv#row 2',
      hash: hashOf('second row'),
      excerpt: 'second row',
    });

    // A row has come above, a mail was moved, another was written anew.
    await writeFile(join(root, 'rows.csv'), 'text\nnew row\nfirst row\nsecond row\n');
    await writeFile(join(root, 'mails/a.txt'), 'Something else');
    await writeFile(join(root, 'mails/z.txt'), 'Lunch at noon?');
    await writeFile(join(root, 'mails/b.txt'), 'Dinner?');
    const today = textsToday((await read()).texts, learned);
    expect(today.get(a ?? NaN)).toBeUndefined();
    expect(today.get(b ?? NaN)?.target).toEqual({ path: 'mails/z.txt', text: 'Lunch at noon?' });
    expect(today.get(second ?? NaN)?.target).toEqual({ path: 'rows.csv', part: 'row 3', text: 'second row' });
    expect(today.get(quote ?? NaN)?.target).toEqual(passage);

    const trained = new Date('2025-03-01T10:30:00Z');
    expect(decidedSince(journal.said, trained)).toEqual(new Set());
    const later = await LabelJournal.open(root, 'mail', counting('l', '2025-03-01T11:00:00.000Z'));
    for (const row of [second, quote]) {
      const target = today.get(row ?? NaN)?.target;
      if (target) await later.say([{ target, said: { op: 'label', label: 'spam' } }]);
    }
    expect(decidedSince(later.said, trained)).toEqual(
      new Set([hashOf('second row'), hashOf('buy cheap watches now')]),
    );
    await later.undo();
    expect(decidedSince(later.said, trained)).toEqual(new Set([hashOf('second row')]));
  });

  it('are all rows of the matrix and of the texts in doubt', () => {
    expect(rowsIn(report)).toEqual(new Set([1, 4]));
  });
});
