import { describe, expect, it } from 'vitest';
import { folderNames, planSort } from '../../../extension/project/labelFolders';

const nowhere = async (): Promise<boolean> => false;

describe('the folder of a label', () => {
  it('has its name where that is one', () => {
    expect([...folderNames(['spam', 'größer als 5 €', 'C++']).values()]).toEqual([
      'spam',
      'größer als 5 €',
      'C++',
    ]);
  });

  it('is never a path, hidden, empty or a device, whatever the label is', () => {
    const hostile = [
      '../../etc',
      '/root',
      'a\\b',
      '..',
      '.',
      '.git',
      'CON',
      'aux.txt',
      'a\u0000b',
      'x\u202Etxt',
      ' ',
      'a:b',
      'end. .',
    ];
    for (const name of folderNames(hostile).values()) {
      expect(name).toMatch(/^[^.\s/\\:]([^/\\:\p{Cc}\p{Cf}]*[^.\s/\\:])?$/u);
      expect(name).not.toMatch(/^(con|aux)(\.|$)(?!.*_)/i);
    }
    expect([...folderNames(['x'.repeat(500)]).values()][0]).toHaveLength(80);
  });

  it('is another one for each label, also where case does not count', () => {
    expect([...folderNames(['Bug', 'bug', 'a/b', 'a?b']).values()]).toEqual(['Bug', 'bug 2', 'a_b', 'a_b 2']);
  });
});

describe('a plan', () => {
  it('takes each file to its label, and leaves those whose name is taken', async () => {
    const files = [
      { path: 'in/1.txt', label: 'spam', score: 1 },
      { path: 'in/2.txt', label: 'ham', score: 1 },
      { path: 'other/1.TXT', label: 'spam', score: 1 },
      { path: 'in/3.txt', label: 'ham', score: 1 },
      { path: 'sorted/ham/4.txt', label: 'ham', score: 1 },
    ];
    const there = async (path: string): Promise<boolean> => path === 'sorted/ham/3.txt';
    const { moves, collisions } = await planSort(files, 'sorted', ['spam', 'ham'], there);
    expect(moves.map(({ path, to }) => `${path} > ${to}`)).toEqual([
      'in/1.txt > sorted/spam/1.txt',
      'in/2.txt > sorted/ham/2.txt',
    ]);
    expect(collisions.map(({ path }) => path)).toEqual(['other/1.TXT', 'in/3.txt']);
  });

  it('names the folders by all labels, so that the next one names them the same', async () => {
    const labels = ['Bug', 'bug'];
    const { moves } = await planSort([{ path: 'a', label: 'bug', score: 1 }], 'sorted', labels, nowhere);
    expect(moves[0]?.to).toBe('sorted/bug 2/a');
  });
});
