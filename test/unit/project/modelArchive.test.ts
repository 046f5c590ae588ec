import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { Random } from '../../../extension/engine/learn/random';
import { listName } from '../../../extension/project/archiveContents';
import { packModel } from '../../../extension/project/modelArchive';
import { importModel, importVersion } from '../../../extension/project/modelImport';
import { AppError, CancelledError } from '../../../extension/protocol/appError';
import { lying } from '../sources/documentFiles';

let folder: string;
let archive: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-archive-'));
  archive = join(folder, 'a.nanonet.zip');
  target = join(folder, 'taken');
});
afterEach(() => rm(folder, { recursive: true }));

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
/** What belongs to a model; whether its graphs work is the engine's to say. */
const parts: Readonly<Record<string, Buffer>> = {
  'nanonet.json': json({ format: 1, labels: ['bug', 'feature'], windowTokens: 128, threshold: 0.5 }),
  'config.json': json({ id2label: { 0: 'bug', 1: 'feature' } }),
  'tokenizer.json': json({ model: {} }),
  'tokenizer_config.json': json({}),
  'onnx/model.onnx': Buffer.from(
    Random.of('weights')
      .shuffle([...Array(4000).keys()])
      .map((n) => n % 256),
  ),
  'onnx/model_quantized.onnx': Buffer.from('few bits'),
  'README.md': Buffer.from('# Issues'),
  LICENSE: Buffer.from('Apache'),
};
type Parts = Readonly<Record<string, Buffer>>;

async function modelFolder(files: Parts = parts): Promise<string> {
  const dir = join(folder, 'model');
  await mkdir(join(dir, 'onnx'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  return dir;
}

async function contentsOf(dir: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file.slice(dir.length + 1), await readFile(file)] as const)),
  );
}

interface Written {
  readonly files?: Parts;
  /** What the list says; by default what is true. */
  readonly list?: (files: { path: string; size: number; sha256: string }[]) => unknown;
  /** Entries that nobody lists. */
  readonly more?: readonly [name: string, content: Buffer][];
  readonly mode?: number;
}

/** An archive as any program might write it. */
async function zipped({ files = parts, list, more = [], mode }: Written): Promise<Buffer> {
  const zip = new ZipFile();
  const listed = Object.entries(files).map(([path, content]) => {
    zip.addBuffer(content, path, mode !== undefined && path === 'LICENSE' ? { mode } : {});
    return { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  });
  for (const [name, content] of more) zip.addBuffer(content, name);
  zip.addBuffer(json(list ? list(listed) : { format: 1, files: listed }), listName);
  zip.end();
  return buffer(zip.outputStream);
}

/** Nothing is left of an import that failed. */
async function refused(bytes: Buffer, code: string, message: RegExp | string): Promise<void> {
  await writeFile(archive, bytes);
  const error: unknown = await importModel(archive, target).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect((error as Error).message.startsWith(archive)).toBe(true);
  expect((await readdir(folder)).filter((name) => name !== 'model')).toEqual(['a.nanonet.zip']);
}

/** A name in the headers is another one of the same length: libraries do not write such. */
function renamed(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

describe('an exported model', () => {
  it('is the same folder when it was imported', async () => {
    const dir = await modelFolder();
    const packed = await packModel(dir, archive);
    expect(packed.sha256).toBe(
      createHash('sha256')
        .update(await readFile(archive))
        .digest('hex'),
    );
    expect(await importModel(archive, target, { sha256: packed.sha256.toUpperCase() })).toEqual([
      'bug',
      'feature',
    ]);
    expect(await contentsOf(target)).toEqual(parts);
    expect((await readdir(folder)).sort()).toEqual(['a.nanonet.zip', 'model', 'taken']);
  });

  it('is the same bytes each time', async () => {
    const dir = await modelFolder();
    const { sha256 } = await packModel(dir, archive);
    await utimes(join(dir, 'config.json'), 1, 1);
    expect((await packModel(dir, join(folder, 'b.nanonet.zip'))).sha256).toBe(sha256);
  });

  it('has nothing with it that is no part of a model: no text, no note', async () => {
    const dir = await modelFolder();
    await writeFile(`${dir}.report.json`, '{"mislabelled":["dear Bob"]}');
    await writeFile(join(dir, 'notes.txt'), 'dear Bob');
    await packModel(dir, archive);
    await importModel(archive, target);
    expect(Object.keys(await contentsOf(target)).sort()).toEqual(Object.keys(parts).sort());
  });

  it('replaces no file unless a person said so', async () => {
    const dir = await modelFolder();
    await writeFile(archive, 'mine');
    await expect(packModel(dir, archive)).rejects.toMatchObject({ code: 'archive/there' });
    expect(await readFile(archive, 'utf8')).toBe('mine');
    await packModel(dir, archive, { replace: true });
    await importModel(archive, target);
  });

  it('is whole or is none', async () => {
    const dir = await modelFolder();
    await rm(join(dir, 'tokenizer.json'));
    await expect(packModel(dir, archive)).rejects.toThrow(/tokenizer\.json is missing/);
    await symlink('/etc/passwd', join(dir, 'tokenizer.json'));
    await expect(packModel(dir, archive)).rejects.toThrow(/tokenizer\.json is no file/);
    await rm(join(dir, 'tokenizer.json'));
    await modelFolder({ ...parts, 'nanonet.json': json({ format: 2, labels: ['a'] }) });
    await expect(packModel(dir, archive)).rejects.toThrow(/newer version/);
    await modelFolder();
    const signal = AbortSignal.abort();
    await expect(packModel(dir, archive, { signal })).rejects.toBeInstanceOf(CancelledError);
    expect(await readdir(folder)).toEqual(['model']);
  });
});

describe('an imported archive', () => {
  it('replaces nothing', async () => {
    await packModel(await modelFolder(), archive);
    await mkdir(target);
    await expect(importModel(archive, target)).rejects.toMatchObject({ code: 'archive/there' });
    await rm(target, { recursive: true });
    await writeFile(target, 'mine');
    await expect(importModel(archive, target)).rejects.toMatchObject({ code: 'archive/there' });
    expect(await readFile(target, 'utf8')).toBe('mine');
  });

  it('is the next version of a classifier, also when two come at once', async () => {
    await packModel(await modelFolder(), archive);
    await mkdir(join(folder, '.nanonet', 'mail', 'runs', 'v1'), { recursive: true });
    const both = await Promise.all([1, 2].map(() => importVersion(archive, folder, 'mail')));
    expect(both.map(({ version }) => version).sort()).toEqual(['v2', 'v3']);
    for (const { dir } of both) expect(await contentsOf(dir)).toEqual(parts);
    expect((await readdir(join(folder, '.nanonet', 'mail', 'models'))).sort()).toEqual(['v2', 'v3']);
  });

  it('is tried before it is in its place', async () => {
    await packModel(await modelFolder(), archive);
    const check = async (dir: string): Promise<void> => {
      expect(await contentsOf(dir)).toEqual(parts);
      throw new AppError('model/broken', `${dir}/onnx/model.onnx is not a text classifier.`);
    };
    await expect(importModel(archive, target, { check })).rejects.toThrow(
      / \(onnx\/model\.onnx is not a text/,
    );
    await expect(importModel(archive, target, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      CancelledError,
    );
    await expect(importModel(archive, target, { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'archive/other',
    });
    expect((await readdir(folder)).sort()).toEqual(['a.nanonet.zip', 'model']);
  });

  it('has what a killed import left beside it removed', async () => {
    await packModel(await modelFolder(), archive);
    await mkdir(join(folder, '.taken.999999999-0123abcd.tmp', 'onnx'), { recursive: true });
    await importModel(archive, target);
    expect((await readdir(folder)).sort()).toEqual(['a.nanonet.zip', 'model', 'taken']);
  });

  const own = (): Promise<Buffer> => zipped({});
  const { LICENSE: licence, ...unlicensed } = parts;

  it.each<[string, () => Promise<Buffer>, string, RegExp]>([
    ['no zip', async () => Buffer.from('PK, says he'), 'broken', /is damaged or no zip/],
    ['nothing', async () => Buffer.alloc(0), 'broken', /is damaged or no zip/],
    ['another zip', async () => zipped({ files: {}, list: () => [] }), 'broken', /./],
    ['a path outside', async () => renamed(await own(), 'LICENSE', '../evil'), 'broken', /relative path/],
    ['an absolute path', async () => renamed(await own(), 'LICENSE', '/etc/ab'), 'broken', /absolute path/],
    ['a backslash', async () => renamed(await own(), 'LICENSE', '..\\evil'), 'broken', /invalid characters/],
    ['a drive', async () => renamed(await own(), 'LICENSE', 'C:/evil'), 'broken', /absolute path/],
    [
      'another name',
      async () => renamed(await own(), 'LICENSE', 'run.exe'),
      'broken',
      /"run\.exe" is no file of a model/,
    ],
    ['a folder', () => zipped({ more: [['onnx/x', licence as Buffer]] }), 'broken', /no file of a model/],
    ['a link', () => zipped({ mode: 0o120777 }), 'broken', /LICENSE is a link/],
    [
      'a file twice',
      () => zipped({ more: [['LICENSE', licence as Buffer]] }),
      'broken',
      /LICENSE is there twice/,
    ],
    [
      'a file that nobody lists',
      () => zipped({ files: unlicensed, more: [['LICENSE', licence as Buffer]] }),
      'broken',
      /LICENSE is not in its list/,
    ],
    [
      'a list of more than there is',
      () => zipped({ list: (files) => ({ format: 1, files: [...files, { ...files[0], path: 'NOTICE' }] }) }),
      'broken',
      /"NOTICE" is in its list and not there/,
    ],
    [
      'a list that names a file twice',
      () => zipped({ list: (files) => ({ format: 1, files: [...files, files[0]] }) }),
      'broken',
      /names a file twice/,
    ],
    [
      'another SHA-256',
      () =>
        zipped({
          list: (files) => ({ format: 1, files: files.map((one) => ({ ...one, sha256: '0'.repeat(64) })) }),
        }),
      'broken',
      /has another SHA-256/,
    ],
    [
      'another size',
      () => zipped({ list: (files) => ({ format: 1, files: files.map((one) => ({ ...one, size: 1 })) }) }),
      'broken',
      /has another size/,
    ],
    [
      'a list of another form',
      () => zipped({ list: () => ({ format: 1, files: 'all' }) }),
      'broken',
      /"files"/,
    ],
    ['a newer list', () => zipped({ list: () => ({ format: 2, chunks: [] }) }), 'newer', /update NanoNet/],
    [
      'a newer model',
      () => zipped({ files: { ...parts, 'nanonet.json': json({ format: 9, labels: ['a'] }) } }),
      'newer',
      /format 9, this one reads up to 1/,
    ],
    [
      'no model of NanoNet',
      () => zipped({ files: { ...parts, 'nanonet.json': json({ hello: 1 }) } }),
      'no-model',
      /holds no model of NanoNet: nanonet\.json: "format"/,
    ],
    [
      'labels that differ',
      () => zipped({ files: { ...parts, 'config.json': json({ id2label: { 0: 'bug', 1: 'Feature' } }) } }),
      'broken',
      /do not agree about the labels/,
    ],
    [
      'a file less than a model has',
      () => zipped({ files: { 'nanonet.json': parts['nanonet.json'] as Buffer } }),
      'broken',
      /config\.json is missing/,
    ],
    [
      'a bomb',
      () => zipped({ files: { ...parts, 'onnx/model.onnx': Buffer.alloc(50e6) } }),
      'broken',
      /unpacks to more than 50 times its size/,
    ],
    [
      'a tokenizer without end',
      () => zipped({ files: { ...parts, 'tokenizer.json': Buffer.alloc(65 * 1024 ** 2) } }),
      'broken',
      /tokenizer\.json unpacks to more than a model needs/,
    ],
    [
      'a bomb that says it is small',
      async () => {
        const files = { ...parts, 'README.md': Buffer.alloc(50e6) };
        const small = (list: { path: string; size: number }[]) =>
          list.map((one) => (one.path === 'README.md' ? { ...one, size: 10 } : one));
        return lying(
          await zipped({ files, list: (list) => ({ format: 1, files: small(list) }) }),
          'README.md',
          10,
        );
      },
      'broken',
      /is damaged or no zip \(too many bytes/,
    ],
  ])('is not taken with %s', async (_, bytes, code, message) => {
    await refused(await bytes(), `archive/${code}`, message);
  });

  it('is not taken torn, wherever', async () => {
    await packModel(await modelFolder(), archive);
    const bytes = await readFile(archive);
    for (let size = 0; size < bytes.length; size += 37) {
      await refused(bytes.subarray(0, size), 'archive/broken', /./);
    }
  });

  it('is not taken with any byte changed, or is the same model', async () => {
    await packModel(await modelFolder(), archive);
    const bytes = await readFile(archive);
    const random = Random.of('bytes');
    let taken = 0;
    for (let round = 0; round < 100; round += 1) {
      const changed = Buffer.from(bytes);
      // Every second one in the directory at the end, where names and sizes are.
      const at = random.int(round % 2 === 0 ? changed.length : 1000);
      const place = changed.length - 1 - at;
      changed[place] = random.int(256);
      await writeFile(archive, changed);
      try {
        await importModel(archive, target);
        expect(await contentsOf(target)).toEqual(parts);
        await rm(target, { recursive: true });
        taken += 1;
      } catch (error) {
        if (!AppError.is(error)) throw error;
        expect(error.code).toMatch(/^archive\/(broken|newer|no-model)$/);
        expect((await readdir(folder)).sort()).toEqual(['a.nanonet.zip', 'model']);
      }
    }
    expect(taken).toBeLessThan(80);
  });
});
