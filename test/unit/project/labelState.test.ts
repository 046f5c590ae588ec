import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { excerptOf, hashOf, inOrder, type LabelEntry } from '../../../extension/project/labelEntry';
import { parseJournal } from '../../../extension/project/journalFile';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { inTodaysLabels, replay } from '../../../extension/project/labelHistory';
import { LabelState } from '../../../extension/project/labelState';
import { counting, workspace } from './workspace';

async function open(): Promise<LabelJournal> {
  return LabelJournal.open(await workspace(), 'mail', counting());
}

/** The range of the nth occurrence. */
function rangeOf(text: string, quote: string, nth = 0): { start: number; end: number } {
  let start = text.indexOf(quote);
  for (let count = 0; count < nth; count += 1) start = text.indexOf(quote, start + 1);
  return { start, end: start + quote.length };
}

describe('documents', () => {
  it('keep their label when edited, and say so', async () => {
    const { state } = await labelled('a.txt', 'old text', 'x');
    expect(state.documentLabel('a.txt', hashOf('old text'))).toMatchObject({ label: 'x' });
    expect(state.documentLabel('a.txt', hashOf('old text'))).not.toHaveProperty('stale');
    expect(state.documentLabel('a.txt', hashOf('new text'))).toMatchObject({ label: 'x', stale: 'edited' });
    expect(state.documentLabel('a.txt')).toMatchObject({ label: 'x' });
  });

  it('keep their label when moved, and say from where', async () => {
    const { state } = await labelled('a.txt', 'old text', 'x');
    const moved = state.documentLabel('b/c.txt', hashOf('old text'));
    expect(moved).toMatchObject({ label: 'x', movedFrom: 'a.txt' });
    expect(state.documentLabel('b/c.txt', hashOf('other'))).toBeUndefined();
  });

  it('follow the text when two files change places', async () => {
    const journal = await labelled('a.txt', 'first', 'x');
    await journal.label({ path: 'b.txt', text: 'second' }, 'y');
    expect(journal.state.documentLabel('a.txt', hashOf('second'))).toMatchObject({
      label: 'y',
      movedFrom: 'b.txt',
    });
    expect(journal.state.documentLabel('b.txt', hashOf('first'))).toMatchObject({
      label: 'x',
      movedFrom: 'a.txt',
    });
  });

  it('have the last word said at their place, also when an edit is taken back', async () => {
    const journal = await labelled('a.txt', 'text', 'x');
    await journal.label({ path: 'a.txt', text: 'text!' }, 'y');
    expect(journal.state.documentLabel('a.txt', hashOf('text'))).toMatchObject({
      label: 'y',
      stale: 'edited',
    });
    await journal.clear({ path: 'a.txt', text: 'text!' });
    expect(journal.state.documentLabel('a.txt', hashOf('text'))).toBeUndefined();
  });

  it('lose a moved label when it is cleared at the new place', async () => {
    const journal = await labelled('a.txt', 'text', 'x');
    await journal.clear({ path: 'b.txt', text: 'text' });
    expect(journal.state.documentLabel('b.txt', hashOf('text'))).toBeUndefined();
    expect(journal.state.documentLabel('a.txt', hashOf('text'))).toMatchObject({ label: 'x' });
  });

  it('are the same text with other line ends or a BOM', () => {
    expect(hashOf('\ufeffa\r\nb\r\n')).toBe(hashOf('a\nb\n'));
    expect(hashOf('a\nb')).not.toBe(hashOf('a b'));
  });
});

describe('passages', () => {
  const text = 'One line.\nA red fish.\nA blue fish.\n';

  it('are found where they were, and after changes above, below and around', async () => {
    const journal = await open();
    const range = rangeOf(text, 'blue fish');
    await journal.label({ path: 'a.txt', text, range }, 'x');
    for (const now of [
      text,
      `Above.\n${text}`,
      text.replace('One line.\n', ''),
      `${text} blue fish`,
      'blue fish',
    ]) {
      const { found, lost } = journal.state.passages('a.txt', now);
      expect(lost).toEqual([]);
      expect(found).toMatchObject([{ label: 'x', range: rangeOf(now, 'blue fish') }]);
    }
  });

  it('are lost when the quote is gone, and come back with it', async () => {
    const journal = await open();
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'red') }, 'x');
    const gone = journal.state.passages('a.txt', text.replace('red', 'green'));
    expect(gone.found).toEqual([]);
    expect(gone.lost).toMatchObject([{ label: 'x', text: { quote: 'red' } }]);
    expect(journal.state.passages('a.txt', `${text}?`).found).toHaveLength(1);
  });

  it('with equal quotes keep apart and in order', async () => {
    const journal = await open();
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'fish', 0) }, 'first');
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'fish', 1) }, 'second');
    const now = `Some hundred characters above, so that the nearest place is the wrong one ${'.'.repeat(60)}\n${text}`;
    const { found } = journal.state.passages('a.txt', now);
    expect(found.map(({ label, range }) => [label, range.start])).toEqual([
      ['first', rangeOf(now, 'fish', 0).start],
      ['second', rangeOf(now, 'fish', 1).start],
    ]);
  });

  it('are told apart from an equal quote by the text around them', async () => {
    const journal = await open();
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'fish', 1) }, 'x');
    const now = `${' '.repeat(12)}${text}`;
    const { found } = journal.state.passages('a.txt', now);
    expect(found).toMatchObject([{ range: rangeOf(now, 'fish', 1) }]);
  });

  it('are found in a checkout with other line ends, at offsets of that one', async () => {
    const journal = await open();
    const windows = text.replaceAll('\n', '\r\n');
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'red fish.\nA blue') }, 'x');
    const range = rangeOf(windows, 'red fish.\r\nA blue');
    expect(journal.state.passages('a.txt', windows).found).toMatchObject([{ range }]);
    await journal.label({ path: 'a.txt', text: windows, range }, 'y');
    const back = journal.state.passages('a.txt', text).found;
    expect(back).toMatchObject([{ label: 'y', range: rangeOf(text, 'red fish.\nA blue') }]);
  });

  it('move with their document', async () => {
    const journal = await open();
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'red') }, 'x');
    const { found } = journal.state.passages('b.txt', text);
    expect(found).toMatchObject([{ label: 'x', movedFrom: 'a.txt', range: rangeOf(text, 'red') }]);
    expect(journal.state.passages('b.txt', `${text}!`)).toEqual({ found: [], lost: [] });
  });

  it('can be labelled anew and cleared after the text around them changed', async () => {
    const journal = await open();
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'red') }, 'x');
    const now = `Above.\n${text}`;
    await journal.label({ path: 'a.txt', text: now, range: rangeOf(now, 'red') }, 'y');
    expect(journal.state.counts()).toEqual(new Map([['y', { documents: 0, passages: 1 }]]));
    expect(journal.state.passages('a.txt', text).found).toMatchObject([{ label: 'y' }]);
    const later = `More.\n${now}`;
    await journal.clear({ path: 'a.txt', text: later, range: rangeOf(later, 'red') });
    expect(journal.state.passages('a.txt', text).found).toEqual([]);
    await journal.undo();
    await journal.undo();
    expect(journal.state.passages('a.txt', now).found).toMatchObject([{ label: 'x' }]);
  });

  it('stand beside the label of their document', async () => {
    const journal = await open();
    await journal.label({ path: 'a.txt', text }, 'whole');
    await journal.label({ path: 'a.txt', text, range: rangeOf(text, 'red') }, 'part');
    await journal.label({ path: 'copy.txt', text }, 'whole');
    expect(journal.state.documentLabel('a.txt')).toMatchObject({ label: 'whole' });
    expect(journal.state.counts()).toEqual(
      new Map([
        ['whole', { documents: 1, passages: 0 }],
        ['part', { documents: 0, passages: 1 }],
      ]),
    );
    expect(journal.state.labelledPaths()).toEqual(['a.txt', 'copy.txt']);
  });
});

describe('merged journals', () => {
  it('mean the same whoever merges, in whatever order the lines are', async () => {
    const root = await workspace();
    const base = await LabelJournal.open(root, 'mail', counting('base'));
    await base.label({ path: 'a.txt', text: 'a' }, 'x');
    const common = await readFile(base.file, 'utf8');
    const branch = async (name: string, start: string, work: (journal: LabelJournal) => Promise<unknown>) => {
      await writeFile(base.file, common);
      await work(await LabelJournal.open(root, 'mail', counting(name, start)));
      return (await readFile(base.file, 'utf8')).slice(common.length);
    };
    const ada = await branch('ada', '2025-03-02T00:00:00.000Z', async (journal) => {
      await journal.label({ path: 'b.txt', text: 'b' }, 'x');
      await journal.label({ path: 'a.txt', text: 'a' }, 'y');
      await journal.undo();
    });
    const bob = await branch('bob', '2025-03-02T00:00:01.500Z', async (journal) => {
      await journal.label({ path: 'b.txt', text: 'b' }, 'z');
      await journal.clear({ path: 'a.txt', text: 'a' });
    });
    const lines = [...ada.trim().split('\n'), ...bob.trim().split('\n')];
    const orders = [
      common + ada + bob,
      common + bob + ada,
      common + common + ada + ada + bob,
      `${common}${[...lines].reverse().join('\n')}\n`,
    ];
    const states = orders.map((text) => {
      const entries = inOrder(parseJournal(Buffer.from(text)).entries);
      const { active, undone } = replay(entries);
      const state = new LabelState(inTodaysLabels(active));
      return {
        active,
        undone,
        a: state.documentLabel('a.txt')?.label,
        b: state.documentLabel('b.txt')?.label,
      };
    });
    expect(states[0]).toMatchObject({ a: undefined, b: 'z' });
    for (const state of states) expect(state).toEqual(states[0]);
  });

  it('order times by what they mean, not by how they are written', () => {
    const text = { path: 'a.txt', hash: 'h', excerpt: '' };
    const early: LabelEntry = { id: '1', at: '2025-03-01T10:00:00Z', op: 'label', label: 'a', text };
    const late: LabelEntry = { id: '0', at: '2025-03-01T10:00:00.500Z', op: 'label', label: 'b', text };
    expect(inOrder([late, early, late])).toEqual([early, late]);
  });
});

describe('excerptOf', () => {
  it('is one line of at most 80 characters', () => {
    expect(excerptOf('  a\n\tb  ')).toBe('a b');
    expect([...excerptOf('😀'.repeat(90))]).toHaveLength(80);
  });
});

async function labelled(path: string, text: string, label: string): Promise<LabelJournal> {
  const journal = await open();
  await journal.label({ path, text }, label);
  return journal;
}

describe('parts of a file', () => {
  it('have labels of their own, keep them when rows move and say when they were edited', async () => {
    const journal = await open();
    await journal.label({ path: 'a.csv', part: 'row 1', text: 'first' }, 'x');
    await journal.label({ path: 'a.csv', part: 'row 2', text: 'second' }, 'y');
    const { state } = journal;
    expect(state.documentLabel('a.csv', hashOf('first'), 'row 1')).toMatchObject({ label: 'x' });
    expect(state.documentLabel('a.csv', hashOf('second'), 'row 3')).toMatchObject({
      label: 'y',
      movedFrom: 'a.csv#row 2',
    });
    expect(state.documentLabel('a.csv', hashOf('first!'), 'row 1')).toMatchObject({ stale: 'edited' });
    expect(state.documentLabel('a.csv', hashOf('all of it'))).toBeUndefined();
    expect(state.labelledPaths()).toEqual([]);
    await journal.clear({ path: 'a.csv', part: 'row 1', text: 'first' });
    expect(journal.state.documentLabel('a.csv', hashOf('first'), 'row 1')).toBeUndefined();
  });
});
