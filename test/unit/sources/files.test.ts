import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeText } from '../../../extension/sources/decodeText';
import { findFiles, readPaths } from '../../../extension/sources/files';
import { staysInside } from '../../../extension/sources/globs';
import type { SourceContent } from '../../../extension/sources/source';
import { readSource } from '../../../extension/sources/sources';
import { maxFileBytes } from '../../../extension/sources/wholeFile';

async function folder(files: Record<string, string | Uint8Array>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'nanonet-sources-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

const readFiles = (root: string, pattern: { glob: string }, signal?: AbortSignal): Promise<SourceContent> =>
  readSource(root, { kind: 'files', ...pattern }, signal);

/** A user of every system that owns nothing. */
const nobody = 65534;

describe('readFiles', () => {
  it('finds files by pattern, sorted, without what never is a text', async () => {
    const root = await folder({
      'b.txt': 'b',
      'a/x.txt': 'x',
      'a/B.txt': 'B',
      'a/skip/y.txt': 'y',
      'c.md': 'c',
      'node_modules/m/z.txt': 'z',
      'a/node_modules/z.txt': 'z',
      '.git/g.txt': 'g',
      '.nanonet/mail/n.txt': 'n',
    });
    const source = { kind: 'files' as const, glob: '**/*.txt', exclude: ['a/skip/**'] };
    const { texts, problems } = await readSource(root, source);
    expect(texts.map(({ path }) => path)).toEqual(['a/B.txt', 'a/x.txt', 'b.txt']);
    expect(problems).toEqual([]);
    expect(await findFiles(root, { glob: 'a' })).toEqual(['a/B.txt', 'a/skip/y.txt', 'a/x.txt']);
    expect(await findFiles(root, { glob: 'none/*' })).toEqual([]);
  });

  it('sets aside what is no text, with the reason', async () => {
    const root = await folder({
      'binary.txt': new Uint8Array([104, 105, 0, 1, 2]),
      'large.txt': 'x'.repeat(maxFileBytes + 1),
      'empty.txt': ' \n',
      'paper.txt': '%PDF-1.7 words',
      'good.txt': 'words',
    });
    const { texts, problems } = await readFiles(root, { glob: '*.txt' });
    expect(texts).toEqual([{ path: 'good.txt', text: 'words' }]);
    expect(problems).toEqual([
      { path: 'binary.txt', reason: 'it is a binary file' },
      { path: 'empty.txt', reason: 'it is empty' },
      { path: 'large.txt', reason: 'it is larger than 5 MB' },
      { path: 'paper.txt', reason: 'it is a binary file' },
    ]);
  });

  it('does not follow links, and never reads what is outside of the workspace', async () => {
    const outside = await folder({ 'secret.txt': 'secret' });
    const root = await folder({ 'real.txt': 'real', 'deep/x.txt': 'x' });
    await symlink(join(outside, 'secret.txt'), join(root, 'leak.txt'));
    await symlink(outside, join(root, 'leaks'));
    await symlink(root, join(root, 'deep/loop'));
    const { texts, problems } = await readFiles(root, { glob: '**/*.txt' });
    expect(texts.map(({ path }) => path)).toEqual(['deep/x.txt', 'real.txt']);
    expect(problems).toEqual([]);
    expect((await readFiles(root, { glob: 'leaks/*.txt' })).texts).toEqual([]);
    const asked = await readPaths(root, ['leak.txt', 'leaks/secret.txt', '../x', 'nowhere.txt', 'real.txt']);
    expect(asked.texts).toEqual([{ path: 'real.txt', text: 'real' }]);
    expect(asked.problems.slice(0, 2)).toEqual([
      { path: 'leak.txt', reason: 'it leads out of the workspace' },
      { path: 'leaks/secret.txt', reason: 'it leads out of the workspace' },
    ]);
    expect(asked.problems).toHaveLength(4);
  });

  it('works in a workspace that is itself behind a link', async () => {
    const root = await folder({ 'real/a.txt': 'a' });
    await symlink(join(root, 'real'), join(root, 'link'));
    expect((await readFiles(join(root, 'link'), { glob: '*.txt' })).texts).toHaveLength(1);
  });

  it('says which file may not be read', async () => {
    const root = await folder({ 'a.txt': 'a', 'b.txt': 'b' });
    await chmod(root, 0o755);
    await chmod(join(root, 'a.txt'), 0);
    // Root may read everything, so that it asks as somebody else.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(nobody);
    try {
      const { texts, problems } = await readFiles(root, { glob: '*' });
      expect(texts).toEqual([{ path: 'b.txt', text: 'b' }]);
      expect(problems).toMatchObject([{ path: 'a.txt' }]);
      expect(problems[0]?.reason).toContain('EACCES');
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('refuses patterns that leave the workspace, and can be cancelled', async () => {
    const root = await folder({ 'a.txt': 'a' });
    for (const glob of ['../*', '/etc/*', 'C:\\x', 'a/../../*', '{..,a}/*', '']) {
      expect(staysInside(glob)).toBe(false);
      await expect(readFiles(root, { glob })).rejects.toMatchObject({ code: 'sources/bad-pattern' });
    }
    const read = readFiles(root, { glob: '*' }, AbortSignal.abort());
    await expect(read).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('decodeText', () => {
  it.each([
    ['utf-8', [...Buffer.from('Grüße')]],
    ['utf-8', [0xef, 0xbb, 0xbf, ...Buffer.from('Grüße')]],
    ['utf-16le', [0xff, 0xfe, ...Buffer.from('Grüße', 'utf16le')]],
    ['utf-16be', [0xfe, 0xff, ...Buffer.from('Grüße', 'utf16le').swap16()]],
    ['windows-1252', [...Buffer.from('Grüße', 'latin1')]],
  ])('reads %s', async (encoding, bytes) => {
    expect(await decodeText(Uint8Array.from(bytes))).toEqual({ text: 'Grüße', encoding });
  });

  it('leaves line ends as they are', async () => {
    expect(await decodeText(Buffer.from('a\r\nb\n'))).toMatchObject({ text: 'a\r\nb\n' });
  });

  it('takes a coloured log for text and random bytes for none', async () => {
    expect(await decodeText(Buffer.from('\u001b[31mred\u001b[0m\n'))).toHaveProperty('text');
    const bytes = Uint8Array.from({ length: 500 }, (_, at) => 1 + ((at * 73) % 255));
    expect(await decodeText(bytes)).toEqual({ reason: 'it is a binary file' });
  });
});
