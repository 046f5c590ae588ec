import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFolder } from '../../../extension/engine/deploy/modelFolder';

let root: string;
let target: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'model-folder-'));
  target = join(root, 'models', 'v1');
});
afterEach(() => rm(root, { recursive: true }));

const fill = (text: string) => async (draft: string) => {
  await mkdir(join(draft, 'sub'));
  await writeFile(join(draft, 'sub', 'a.txt'), text);
  return text.length;
};
const content = (): Promise<string> => readFile(join(target, 'sub', 'a.txt'), 'utf8');
const beside = (): Promise<string[]> => readdir(join(root, 'models'));
/** No process has this number on any system. */
const noProcess = 2 ** 30;

it('makes a folder, and another one in its place', async () => {
  expect(await replaceFolder(target, fill('one'))).toBe(3);
  expect(await replaceFolder(target, fill('three'))).toBe(5);
  expect(await content()).toBe('three');
  expect(await beside()).toEqual(['v1']);
});

it('shows nothing until all is there', async () => {
  await replaceFolder(target, fill('old'));
  await replaceFolder(target, async (draft) => {
    await fill('new')(draft);
    expect(await content()).toBe('old');
  });
  expect(await content()).toBe('new');
});

it('keeps the old one when filling fails', async () => {
  await replaceFolder(target, fill('old'));
  const failing = replaceFolder(target, async (draft) => {
    await fill('new')(draft);
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(await content()).toBe('old');
  expect(await beside()).toEqual(['v1']);
});

it('removes what dead processes left, and nothing else', async () => {
  await mkdir(join(root, 'models', `.v1.${noProcess}-0123abcd.tmp`), { recursive: true });
  const others = ['.v1.notes', `.v11.${noProcess}-0123abcd.tmp`, `.v1.${process.ppid}-0123abcd.tmp`];
  for (const name of others) await mkdir(join(root, 'models', name));
  await replaceFolder(target, fill('one'));
  expect((await beside()).sort()).toEqual([...others, 'v1'].sort());
});

it('puts back the old one of a process that died between the two renames', async () => {
  const old = join(root, 'models', `.v1.${noProcess}-0123abcd.old`);
  await mkdir(old, { recursive: true });
  await fill('old')(old);
  const failing = replaceFolder(target, () => Promise.reject(new Error('disk full')));
  await expect(failing).rejects.toThrow('disk full');
  expect(await content()).toBe('old');
});
