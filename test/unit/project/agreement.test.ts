import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { agreementOf, cohensKappa } from '../../../extension/project/agreement';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { counting, workspace } from './workspace';

const texts = Array.from({ length: 4 }, (_, at) => ({ path: `${at}.txt`, text: `text ${at}` }));

/** Two people label from the same beginning; their lines are merged as git's union does. */
async function merged(ada: readonly string[], bob: readonly string[]): Promise<LabelJournal> {
  const root = await workspace();
  const lines: string[] = [];
  for (const [author, labels] of Object.entries({ ada, bob })) {
    const own = await LabelJournal.open(await workspace(), 'mail', { ...counting(author), author });
    for (const [at, label] of labels.entries()) {
      const target = texts[at];
      if (target) await own.label(target, label);
    }
    lines.push(await readFile(own.file, 'utf8'));
  }
  const journal = await LabelJournal.open(root, 'mail', {
    ...counting('later', '2026-01-01T00:00:00Z'),
    author: 'ada',
  });
  await journal.label({ path: 'x.txt', text: 'x' }, 'x');
  await writeFile(journal.file, lines.join(''));
  await journal.reload();
  return journal;
}

describe('agreementOf', () => {
  it('lists what two people said differently, unknown to each other, and how far they agree', async () => {
    const journal = await merged(['x', 'x', 'y', 'y'], ['x', 'y', 'y', 'y']);
    const { disagreements, pairs } = agreementOf(journal.said);
    expect(
      disagreements.map(({ path, sides }) => [path, sides.map(({ by, label }) => `${by} ${label}`)]),
    ).toEqual([['1.txt', ['ada x', 'bob y']]]);
    // Observed 3/4, expected 2/4 * 1/4 + 2/4 * 3/4 = 1/2.
    expect(pairs).toEqual([{ a: 'ada', b: 'bob', texts: 4, kappa: 0.5 }]);
  });

  it('is settled by a word that knows both, and kappa stays what it was', async () => {
    const journal = await merged(['x', 'y'], ['y', 'y']);
    const [open] = agreementOf(journal.said).disagreements;
    const [target] = texts;
    if (!open || !target) throw new Error('They disagree.');
    const settles = open.sides.map(({ edit }) => edit.id);
    const before = agreementOf(journal.said).pairs;
    await journal.say([{ target, said: { op: 'label', label: 'x' }, settles }]);
    expect(agreementOf(journal.said)).toEqual({ disagreements: [], pairs: before });
    expect(journal.state.documentLabel(target.path)?.label).toBe('x');
    await journal.undo();
    expect(agreementOf(journal.said).disagreements).toHaveLength(1);
  });

  it('is no disagreement when somebody changes a label that they see', async () => {
    const root = await workspace();
    const [target] = texts;
    if (!target) throw new Error('There are texts.');
    await (await LabelJournal.open(root, 'mail', { ...counting('a'), author: 'ada' })).label(target, 'x');
    const bob = await LabelJournal.open(root, 'mail', { ...counting('b'), author: 'bob' });
    await bob.label(target, 'y');
    expect(agreementOf(bob.said)).toEqual({ disagreements: [], pairs: [] });
  });
});

describe('cohensKappa', () => {
  it('is that of the textbook: 20 yes both, 5 and 10 apart, 15 no both', () => {
    const times = (count: number, a: string, b: string): [string, string][] =>
      Array.from({ length: count }, () => [a, b]);
    const answers = [
      ...times(20, 'y', 'y'),
      ...times(5, 'y', 'n'),
      ...times(10, 'n', 'y'),
      ...times(15, 'n', 'n'),
    ];
    expect(cohensKappa(answers)).toBeCloseTo(0.4, 10);
  });

  it('is 1 where all is one label, and 0 where it is chance', () => {
    expect(cohensKappa([['x', 'x']])).toBe(1);
    expect(
      cohensKappa([
        ['x', 'x'],
        ['x', 'y'],
        ['y', 'x'],
        ['y', 'y'],
      ]),
    ).toBe(0);
  });
});
