import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Classifier } from '../../../extension/project/classifier';
import { labelCounts, readCorpus, unlabelledCount, type Corpus } from '../../../extension/project/corpus';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { counting, workspace } from './workspace';

const classifier: Classifier = {
  version: 1,
  name: 'mail',
  labels: [{ name: 'spam' }, { name: 'ham' }],
  sources: [{ kind: 'files', glob: 'mails/**/*.txt' }],
};

async function project(files: Record<string, string | Uint8Array>) {
  const root = await workspace(files);
  const journal = await LabelJournal.open(root, 'mail', counting());
  return { root, journal, read: (): Promise<Corpus> => readCorpus(root, classifier, journal) };
}

const shown = ({ texts }: Corpus) =>
  texts.map(({ id, label, stale, movedFrom }) => ({ id, label, stale, movedFrom }));

describe('readCorpus', () => {
  it('gives documents and passages with their labels, by path', async () => {
    const { journal, read } = await project({
      'mails/b.txt': 'bee',
      'mails/a/a.txt': 'an ant',
      'other.md': 'x',
    });
    await journal.label({ path: 'mails/b.txt', text: 'bee' }, 'spam');
    await journal.label({ path: 'mails/a/a.txt', text: 'an ant', range: { start: 3, end: 6 } }, 'ham');
    const corpus = await read();
    expect(corpus.texts).toMatchObject([
      { id: 'mails/a/a.txt', text: 'an ant' },
      {
        id: 'mails/a/a.txt#3-6',
        path: 'mails/a/a.txt',
        range: { start: 3, end: 6 },
        text: 'ant',
        label: 'ham',
      },
      { id: 'mails/b.txt', text: 'bee', label: 'spam' },
    ]);
    expect(corpus.texts[0]).not.toHaveProperty('label');
    expect(corpus.problems).toEqual([]);
    expect(labelCounts(corpus, classifier)).toEqual([
      { label: 'spam', count: 1 },
      { label: 'ham', count: 1 },
    ]);
    expect(unlabelledCount(corpus)).toBe(1);
  });

  it('takes equal texts once, with the newest of their labels', async () => {
    const { journal, read } = await project({
      'mails/a.txt': 'same\n',
      'mails/b.txt': 'same\r\n',
      'mails/c.txt': 'same\n',
    });
    await journal.label({ path: 'mails/c.txt', text: 'same\n' }, 'spam');
    expect(shown(await read())).toEqual([{ id: 'mails/a.txt', label: 'spam', movedFrom: 'mails/c.txt' }]);
    await journal.label({ path: 'mails/b.txt', text: 'same\r\n' }, 'ham');
    const corpus = await read();
    expect(shown(corpus)).toMatchObject([{ id: 'mails/a.txt', label: 'ham' }]);
    expect(corpus.problems).toMatchObject([
      { path: 'mails/c.txt', reason: expect.stringContaining('newer label') },
    ]);
  });

  it('marks texts that are none of the labels, until they get one', async () => {
    const { journal, read } = await project({ 'mails/a.txt': 'odd', 'mails/b.txt': 'other' });
    const odd = { path: 'mails/a.txt', text: 'odd' };
    await journal.say([{ target: odd, said: { op: 'none' } }]);
    const corpus = await read();
    expect(corpus.texts.map(({ id, noneFits }) => ({ id, noneFits }))).toEqual([
      { id: 'mails/a.txt', noneFits: true },
      { id: 'mails/b.txt', noneFits: undefined },
    ]);
    expect(unlabelledCount(corpus)).toBe(1);
    await journal.label(odd, 'spam');
    expect((await read()).texts[0]).toMatchObject({ label: 'spam' });
  });

  it('shows why an edited or moved document has its label', async () => {
    const { root, journal, read } = await project({ 'mails/a.txt': 'first', 'mails/b.txt': 'second' });
    await journal.label({ path: 'mails/a.txt', text: 'first' }, 'spam');
    await journal.label({ path: 'mails/b.txt', text: 'second' }, 'ham');
    await writeFile(join(root, 'mails/a.txt'), 'first, edited');
    await rename(join(root, 'mails/b.txt'), join(root, 'mails/c.txt'));
    const corpus = await read();
    expect(shown(corpus)).toEqual([
      { id: 'mails/a.txt', label: 'spam', stale: 'edited' },
      { id: 'mails/c.txt', label: 'ham', movedFrom: 'mails/b.txt' },
    ]);
    expect(corpus.problems).toEqual([]);
  });

  it('says which labelled document is gone, and still learns from its passages', async () => {
    const { root, journal, read } = await project({ 'mails/a.txt': 'first text' });
    await journal.label({ path: 'mails/a.txt', text: 'first text' }, 'spam');
    await journal.label({ path: 'mails/a.txt', text: 'first text', range: { start: 0, end: 5 } }, 'ham');
    await writeFile(join(root, 'mails/a.txt'), 'no such thing');
    const edited = await read();
    expect(shown(edited)).toMatchObject([
      { id: 'mails/a.txt', label: 'spam', stale: 'edited' },
      { id: 'mails/a.txt#lost-e2', label: 'ham', stale: 'lost' },
    ]);
    await rm(join(root, 'mails/a.txt'));
    const gone = await read();
    expect(gone.texts).toMatchObject([{ text: 'first', label: 'ham', stale: 'lost' }]);
    expect(gone.problems.map(({ path, reason }) => `${path}: ${reason.slice(0, 24)}`)).toEqual([
      'mails/a.txt: it was labelled "spam" a',
      'mails/a.txt: the passage "first" is n',
    ]);
  });

  it('reads labelled documents beside the sources, but nothing outside of the workspace', async () => {
    const secrets = await workspace({ 'secret.txt': 'secret' });
    const { root, journal, read } = await project({ 'notes.md': 'note' });
    await journal.label({ path: 'notes.md', text: 'note' }, 'ham');
    await journal.label({ path: '../secret.txt', text: 'x' }, 'spam');
    await symlink(join(secrets, 'secret.txt'), join(root, 'link.txt'));
    await journal.label({ path: 'link.txt', text: 'y' }, 'spam');
    expect(shown(await read())).toMatchObject([{ id: 'notes.md', label: 'ham' }]);
  });

  it('leaves out labels that are not in the label set, and says so', async () => {
    const { journal, read } = await project({ 'mails/a.txt': 'a', 'mails/b.txt': 'b' });
    await journal.label({ path: 'mails/a.txt', text: 'a' }, 'old name');
    const corpus = await read();
    expect(shown(corpus)).toEqual([{ id: 'mails/a.txt' }, { id: 'mails/b.txt' }]);
    expect(corpus.problems).toEqual([
      {
        path: '.nanonet/mail/classifier.json',
        reason:
          '1 labelled text has the label "old name", which is not in the label set; add it to learn from it',
      },
    ]);
  });

  it('can be cancelled', async () => {
    const { root, journal } = await project({ 'mails/a.txt': 'a' });
    const read = readCorpus(root, classifier, journal, AbortSignal.abort());
    await expect(read).rejects.toMatchObject({ name: 'CancelledError' });
  });
});
