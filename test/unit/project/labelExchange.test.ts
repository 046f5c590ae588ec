import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../extension/project/labelEntry';
import { importRows, labelRows, parseRow, rowLine } from '../../../extension/project/labelExchange';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { random, scribble, texts } from './randomJournal';
import { counting, workspace } from './workspace';

/** What a journal says about each text, as a person sees it. */
export function asSeen(journal: LabelJournal): unknown {
  const { state } = journal;
  return texts.map(({ path, text }) => ({
    decision: state.decisionOn({ path, hash: hashOf(text) }),
    label: state.documentLabel(path, hashOf(text))?.label,
    note: state.noteOn({ path, hash: hashOf(text) }),
    passages: state.passages(path, text).found.map(({ range, label }) => ({ range, label })),
  }));
}

describe('labels that are exported and imported', () => {
  it('are the same, for any journal, and one undo takes the import back', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const journal = await LabelJournal.open(await workspace(), 'mail', {
        ...counting(),
        ...(seed % 2 === 0 && { author: 'Ada' }),
      });
      await scribble(journal, 40, random(seed));
      const rows = labelRows(journal);
      const lines = rows.map(rowLine);
      const other = await LabelJournal.open(await workspace(), 'mail', {
        ...counting('other'),
        author: 'Bob',
      });
      await importRows(
        other,
        lines.map((line, at) => parseRow(line, at + 1)),
      );
      expect(asSeen(other), `seed ${seed}`).toEqual(asSeen(journal));
      expect(labelRows(other).map(rowLine), `seed ${seed}`).toEqual(lines);
      if (rows.length > 0) await other.undo();
      expect(labelRows(other)).toEqual([]);
    }
  }, 60_000);

  it('carry their text, so that a model can learn from the file', async () => {
    const journal = await LabelJournal.open(await workspace(), 'mail', counting());
    await journal.label({ path: 'a.txt', text: 'the text' }, 'x');
    const [row] = labelRows(journal, () => 'the text');
    expect(row).toMatchObject({ text: 'the text', label: 'x', decision: 'label' });
  });

  it.each([
    ['{', 'Line 7 is not JSON; mend it and import again.'],
    ['{"text":"a","label":"b"}', /^Line 7 is no exported label: "decision": /],
    [
      '{"decision":"label","place":{"path":"a","hash":"b","excerpt":""},"at":"2025-03-01T10:00:00Z"}',
      'Line 7 is no exported label: "label" and "decision" differ.',
    ],
  ])('%s is refused with its line', (line, message) => {
    expect(() => parseRow(line, 7)).toThrow(message);
  });
});
