import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { hashOf, placeIn } from '../../../extension/project/labelEntry';
import { counting, workspace } from './workspace';

const bill = { path: 'mails/1.txt', text: 'Your bill\nfor March is 20 Euro.' };
const party = { path: 'mails/2.txt', text: 'Come to the party!' };

async function open(root: string, deps = counting()): Promise<LabelJournal> {
  return LabelJournal.open(root, 'mail', deps);
}

function labelOf(journal: LabelJournal, target: { path: string; text: string }): string | undefined {
  return journal.state.documentLabel(target.path, hashOf(target.text))?.label;
}

describe('LabelJournal', () => {
  it('writes one readable line for each change', async () => {
    const journal = await open(await workspace());
    await journal.label(bill, 'invoice');
    await journal.label({ ...bill, range: { start: 5, end: 9 } }, 'thing');
    await journal.undo();
    await journal.clear(bill);
    const lines = (await readFile(journal.file, 'utf8')).split('\n');
    expect(lines[0]).toBe(
      '{"at":"2025-03-01T10:00:00.000Z","op":"label","label":"invoice","text":{"path":"mails/1.txt",' +
        `"excerpt":"Your bill for March is 20 Euro.","hash":"${hashOf(bill.text)}"},"id":"e1"}`,
    );
    expect(lines.slice(1).map((line) => (line === '' ? '' : JSON.parse(line).op))).toEqual([
      'label',
      'undo',
      'clear',
      '',
    ]);
    expect(JSON.parse(lines[1] ?? '').text).toMatchObject({
      start: 5,
      end: 9,
      quote: 'bill',
      prefix: 'Your ',
    });
  });

  it('changes, clears, undoes and redoes any number of steps, also after a restart', async () => {
    const root = await workspace();
    const deps = counting();
    const first = await open(root, deps);
    await first.label(bill, 'a');
    await first.label(bill, 'b');
    await first.label(party, 'c');
    await first.clear(bill);
    expect(labelOf(first, bill)).toBeUndefined();

    const second = await open(root, deps);
    expect(second.canRedo).toBe(false);
    expect(await second.undo()).toMatchObject({ op: 'clear' });
    expect(labelOf(second, bill)).toBe('b');
    expect(await second.undo()).toMatchObject({ label: 'c' });
    expect(await second.undo()).toMatchObject({ label: 'b' });

    const third = await open(root, deps);
    expect([labelOf(third, bill), labelOf(third, party)]).toEqual(['a', undefined]);
    expect(await third.redo()).toMatchObject({ label: 'b' });
    expect(await third.redo()).toMatchObject({ label: 'c' });
    expect([labelOf(third, bill), labelOf(third, party)]).toEqual(['b', 'c']);
    await third.label(party, 'd');
    expect(third.canRedo).toBe(false);
    expect(await third.redo()).toBeUndefined();
    for (let step = 0; step < 4; step += 1) expect(await third.undo()).toBeDefined();
    expect(await third.undo()).toBeUndefined();
    expect(third.canUndo).toBe(false);
    expect(third.state.labelledPaths()).toEqual([]);
  });

  it('tells everything that was said about a document', async () => {
    const journal = await open(await workspace());
    await journal.label(bill, 'a');
    await journal.label(party, 'b');
    await journal.label({ ...bill, range: { start: 5, end: 9 } }, 'c');
    await journal.undo();
    const history = journal
      .historyOf(bill.path)
      .map((entry) => `${entry.op} ${placeIn(entry)?.quote ?? 'all'}`);
    expect(history).toEqual(['label all', 'label bill', 'undo bill']);
  });

  it('clears only what has a label', async () => {
    const journal = await open(await workspace());
    expect(await journal.clear(bill)).toBeUndefined();
    await journal.label(bill, 'a');
    expect(await journal.clear({ ...bill, range: { start: 0, end: 4 } })).toBeUndefined();
    expect(await journal.clear(bill)).toMatchObject({ op: 'clear' });
    expect(await journal.clear(bill)).toBeUndefined();
  });

  it('takes calls that do not wait in their order', async () => {
    const journal = await open(await workspace());
    const names = Array.from({ length: 30 }, (_, at) => `label ${at}`);
    await Promise.all(names.map((name) => journal.label(bill, name)));
    expect(labelOf(journal, bill)).toBe('label 29');
    await Promise.all([journal.undo(), journal.undo(), journal.redo()]);
    expect(labelOf(journal, bill)).toBe('label 28');
  });

  it('refuses an empty passage and an empty label, and goes on', async () => {
    const journal = await open(await workspace());
    const empty = journal.label({ ...bill, range: { start: 9, end: 10 } }, 'a');
    const nameless = journal.label(bill, ' ');
    await expect(empty).rejects.toMatchObject({ code: 'journal/empty-passage' });
    await expect(nameless).rejects.toMatchObject({ code: 'journal/empty-label' });
    await journal.label(bill, 'a');
    expect(labelOf(journal, bill)).toBe('a');
  });

  it('tells its listeners, once a change, until they are disposed', async () => {
    const journal = await open(await workspace());
    let calls = 0;
    const listening = journal.onDidChange(() => (calls += 1));
    await journal.label(bill, 'a');
    await journal.undo();
    await journal.undo();
    expect(calls).toBe(2);
    listening.dispose();
    await journal.redo();
    expect(calls).toBe(2);
  });

  it('takes in what others wrote, on reload and with its own next change', async () => {
    const root = await workspace();
    const mine = await open(root, counting('mine'));
    const theirs = await open(root, counting('theirs', '2025-03-01T10:30:00.000Z'));
    await mine.label(bill, 'a');
    expect(await mine.reload()).toBe(false);
    await theirs.label(party, 'b');
    let calls = 0;
    mine.onDidChange(() => (calls += 1));
    expect(await mine.reload()).toBe(true);
    expect(await mine.reload()).toBe(false);
    expect([labelOf(mine, party), calls]).toEqual(['b', 1]);
    await theirs.label(bill, 'c');
    await mine.label(party, 'd');
    expect([labelOf(mine, bill), labelOf(mine, party)]).toEqual(['c', 'd']);
  });

  it('gives each entry a later time than all before, whatever the clock says', async () => {
    const root = await workspace();
    await (await open(root, counting('future', '2031-01-01T00:00:00.000Z'))).label(bill, 'a');
    const journal = await open(root, counting('now'));
    const edit = await journal.label(bill, 'b');
    expect(edit.at).toBe('2031-01-01T00:00:00.001Z');
    expect(labelOf(await open(root), bill)).toBe('b');
  });

  it('skips broken lines with their number and keeps the rest', async () => {
    const journal = await open(await workspace());
    await journal.label(bill, 'a');
    await appendFile(journal.file, 'garbage\n{"op":"label"}\n\n{"at":"2025-03-01T10:00:00Z","op":"shout"}\n');
    await journal.label(party, 'b');
    const problems = journal.problems.map(({ line, reason }) => `${line}: ${reason.split(':')[0]}`);
    expect(problems).toEqual(['2: no JSON', '3: no journal entry', '5: no journal entry']);
    expect([labelOf(journal, bill), labelOf(journal, party)]).toEqual(['a', 'b']);
  });

  it('reads a BOM, CRLF, and both sides of an unfinished merge', async () => {
    const journal = await open(await workspace());
    await journal.label(bill, 'a');
    await journal.label(party, 'b');
    const [one, two] = (await readFile(journal.file, 'utf8')).split('\n');
    const merge = `\ufeff<<<<<<< HEAD\r\n${one}\r\n=======\r\n${two}\r\n>>>>>>> other\r\n`;
    await writeFile(journal.file, merge);
    await journal.reload();
    expect([labelOf(journal, bill), labelOf(journal, party)]).toEqual(['a', 'b']);
    expect(journal.problems.map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  it('keeps fields that it does not know out of the way', async () => {
    const journal = await open(await workspace());
    await journal.label(bill, 'a');
    const line = JSON.parse(await readFile(journal.file, 'utf8'));
    await writeFile(journal.file, `${JSON.stringify({ ...line, by: 'Ada', labels: ['a', 'b'] })}\n`);
    expect(await journal.reload()).toBe(true);
    expect(journal.state.documentLabel(bill.path)?.edit).toMatchObject({ by: 'Ada', labels: ['a', 'b'] });
  });
});
