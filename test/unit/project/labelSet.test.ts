import { appendFile, readFile, truncate } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../extension/project/labelEntry';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { deleteLabel, editLabel, followed, mergeLabels, swapped } from '../../../extension/project/labelSet';
import { random, saidBy, scribble } from './randomJournal';
import { counting, workspace } from './workspace';

const bill = { path: 'mails/1.txt', text: 'Your bill' };
const party = { path: 'mails/2.txt', text: 'Come!' };
const set = [{ name: 'invoice', key: '1' }, { name: 'event' }, { name: 'other' }];

function labels(journal: LabelJournal): (string | undefined)[] {
  return [bill, party].map(({ path, text }) => journal.state.documentLabel(path, hashOf(text))?.label);
}

async function opened(root: string): Promise<LabelJournal> {
  const journal = await LabelJournal.open(root, 'mail', counting());
  await journal.label(bill, 'invoice');
  await journal.label(party, 'event');
  return journal;
}

describe('a change of the label set', () => {
  it('renames the labels that were given, and gives the name back when it is undone', async () => {
    const journal = await opened(await workspace());
    await journal.changeSet(editLabel(set, 'invoice', { name: 'bill', key: '1' }));
    expect(labels(journal)).toEqual(['bill', 'event']);
    await journal.undo();
    expect(labels(journal)).toEqual(['invoice', 'event']);
    await journal.redo();
    expect(labels(journal)).toEqual(['bill', 'event']);
  });

  it('merges and deletes in one step each, and one undo brings all back', async () => {
    const journal = await opened(await workspace());
    const merged = mergeLabels(set, ['invoice', 'event'], 'other');
    await journal.changeSet(merged);
    expect([merged.now, labels(journal)]).toEqual([[{ name: 'other' }], ['other', 'other']]);
    await journal.undo();
    await journal.changeSet(deleteLabel(set, 'event'));
    expect(labels(journal)).toEqual(['invoice', undefined]);
    await journal.undo();
    expect(labels(journal)).toEqual(['invoice', 'event']);
  });

  it('is of what was said before it: a name that is given anew is a new label', async () => {
    const journal = await opened(await workspace());
    await journal.changeSet(editLabel(set, 'invoice', { name: 'bill' }));
    await journal.changeSet(editLabel(set, 'bill', { name: 'cost' }));
    await journal.label(party, 'invoice');
    expect(labels(journal)).toEqual(['cost', 'invoice']);
  });

  it('leaves alone what somebody has changed in classifier.json since', () => {
    const { was, now } = editLabel(set, 'invoice', { name: 'bill' });
    const mine = [{ name: 'bill' }, { name: 'event', description: 'mine' }, { name: 'added' }];
    expect(swapped(mine, now, was)).toEqual([
      { name: 'invoice', key: '1' },
      { name: 'event', description: 'mine' },
      { name: 'added' },
    ]);
  });

  it('is followed by the set where a process ended in between, and not where somebody decided otherwise', () => {
    const edit = editLabel(set, 'invoice', { name: 'bill' });
    expect(followed(set, { edit, holds: true })).toEqual(edit.now);
    expect(followed(edit.now, { edit, holds: false })).toEqual(edit.was);
    expect(followed(edit.now, { edit, holds: true })).toEqual(edit.now);
    const own = [{ name: 'own' }];
    expect(followed(own, { edit, holds: true })).toBe(own);
  });
});

describe('many labels in one step', () => {
  it('are undone and redone together, also after a restart', async () => {
    const root = await workspace();
    const journal = await LabelJournal.open(root, 'mail', counting());
    const said = { op: 'label', label: 'x' } as const;
    await journal.say([bill, party].map((target) => ({ target, said })));
    const again = await LabelJournal.open(root, 'mail', counting('later'));
    await again.undo();
    expect(labels(again)).toEqual([undefined, undefined]);
    await again.redo();
    expect(labels(again)).toEqual(['x', 'x']);
  });
});

describe('any sequence of what a person can do', () => {
  it('means the same when the journal is opened again, and after its last line was torn', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const root = await workspace();
      const journal = await LabelJournal.open(root, 'mail', counting());
      await scribble(journal, 60, random(seed));
      const before = saidBy(journal);
      expect(saidBy(await LabelJournal.open(root, 'mail')), `seed ${seed}`).toEqual(before);

      const whole = await readFile(journal.file);
      await appendFile(journal.file, whole.subarray(0, 1 + (seed % 60)));
      const torn = await LabelJournal.open(root, 'mail', counting('torn'));
      expect(saidBy(torn), `seed ${seed}, torn`).toEqual(before);
      expect(torn.problems.map(({ reason }) => reason)).toEqual(['torn: it was not written to its end']);
      // The next line begins afresh, and the torn one stays what it was.
      await torn.label(bill, 'x');
      expect(labels(await LabelJournal.open(root, 'mail'))[0]).toBe('x');
      await truncate(journal.file, whole.length);
    }
  }, 60_000);
});
