import { describe, expect, it } from 'vitest';
import { givenLabels, mostGivenLabels } from '../../../extension/project/givenLabels';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { counting, workspace } from './workspace';

const source = { kind: 'csv' as const, glob: '*.csv', text: 'body', label: 'kind' };

async function journalOf(content: string): Promise<{ root: string; journal: LabelJournal }> {
  const root = await workspace({ 'a.csv': content });
  return { root, journal: await LabelJournal.open(root, 'mail', counting()) };
}

describe('labels that a table has', () => {
  it('are taken in one step, for texts that nobody has decided about', async () => {
    const { root, journal } = await journalOf('body,kind\none,x\ntwo,y\nthree,\nfour,x\n');
    await journal.label({ path: 'a.csv', part: 'row 1', text: 'one' }, 'z');
    const { sayings, labels } = await givenLabels(root, source, journal.state);
    expect(labels).toEqual(['x', 'y']);
    await journal.say(sayings);
    const labelOf = (part: string): string | undefined =>
      journal.state.documentLabel('a.csv', undefined, part)?.label;
    expect(['row 1', 'row 2', 'row 3', 'row 4'].map(labelOf)).toEqual(['z', 'y', undefined, 'x']);
    expect((await givenLabels(root, source, journal.state)).sayings).toEqual([]);
    await journal.undo();
    expect(['row 1', 'row 2', 'row 4'].map(labelOf)).toEqual(['z', undefined, undefined]);
  });

  it('are refused when the column holds none', async () => {
    const rows = Array.from({ length: mostGivenLabels + 1 }, (_, at) => `text ${at},${at}`);
    const many = await journalOf(`body,kind\n${rows.join('\n')}\n`);
    await expect(givenLabels(many.root, source, many.journal.state)).rejects.toMatchObject({
      code: 'sources/no-labels',
      message: expect.stringContaining('different labels') as string,
    });
    const long = await journalOf(`body,kind\none,${'x'.repeat(100)}\n`);
    await expect(givenLabels(long.root, source, long.journal.state)).rejects.toMatchObject({
      message: expect.stringContaining('a.csv, row 1') as string,
    });
  });
});
