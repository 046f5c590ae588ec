/** Takes a model out of an archive that somebody else made: nothing in it is believed. */
import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type * as yauzl from 'yauzl';
import * as z from 'zod/mini';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { fileDigest } from '../protocol/fileDigest';
import { folderFiles } from '../protocol/modelFolder';
import { filesIn, labelsIn, listName, mostBytesOf, type ArchivedFile } from './archiveContents';
import { syncFolder } from './durable';
import { readJson } from './jsonText';
import { modelsDir, nextVersion } from './modelStore';
import { addFolder } from './newFolder';

/** The list names nine files. */
const mostListBytes = 64 * 1024;
/** Weights hardly become smaller, tokenizers a fifth: what unpacks to more was made to fill a disk. */
const mostTimesLarger = 50;

export interface ImportOptions {
  /** SHA-256 that the archive must have, in hexadecimal digits. */
  readonly sha256?: string | undefined;
  /** Tries the model before it is in its place; what it throws ends the import. */
  readonly check?: (dir: string, labels: readonly string[]) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the folder `dir` of an archive, whole or not at all; what is there is never replaced.
 *
 * @returns the labels of the model
 * @throws AppError('archive/...') with what is wrong, CancelledError
 */
export async function importModel(
  archive: string,
  dir: string,
  options: ImportOptions = {},
): Promise<readonly string[]> {
  const { check, signal } = options;
  if (options.sha256 !== undefined) await compareWhole(archive, options.sha256, signal);
  const zip = await openZip(archive);
  try {
    return await addFolder(dir, async (draft) => {
      await unpack(zip, archive, draft, signal);
      const labels = await labelsIn(draft, archive);
      await compareLabels(draft, labels, archive);
      await check?.(draft, labels).catch((error: unknown) => {
        if (!AppError.is(error)) throw error;
        throw broken(
          archive,
          `the model in it does not work (${error.message.replaceAll(`${draft}/`, '')})`,
          error,
        );
      });
      CancelledError.throwIf(signal);
      return labels;
    });
  } finally {
    zip.close();
  }
}

/** As the next version of a classifier. @throws as `importModel` */
export async function importVersion(
  archive: string,
  root: string,
  classifier: string,
  options: ImportOptions = {},
): Promise<{ readonly version: string; readonly dir: string; readonly labels: readonly string[] }> {
  for (;;) {
    const version = await nextVersion(root, classifier);
    const dir = join(modelsDir(root, classifier), version);
    try {
      return { version, dir, labels: await importModel(archive, dir, options) };
    } catch (error) {
      // A training, or another import, was given the same number.
      if (!AppError.is(error, 'archive/there')) throw error;
    }
  }
}

async function openZip(archive: string): Promise<yauzl.ZipFile> {
  try {
    return await (await import('./zips')).openZip(archive, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw unlike(archive, error);
  }
}

async function unpack(
  zip: yauzl.ZipFile,
  archive: string,
  draft: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const entries = await entriesOf(zip, archive);
  const listed = entries.get(listName);
  if (!listed) throw broken(archive, `it has no ${listName}, so it is no model of NanoNet`);
  const files = await listIn(zip, listed, archive);
  entries.delete(listName);
  checkFiles(files, entries, archive);
  const folders = new Set(files.map(({ path }) => dirname(join(draft, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  for (const file of files) {
    // `checkFiles` has seen that each is there.
    await unpackFile(
      zip,
      entries.get(file.path) as yauzl.Entry,
      file,
      join(draft, file.path),
      archive,
      signal,
    );
  }
  for (const folder of folders) await syncFolder(folder);
}

/** By name. The library refuses names that lead out of the folder; only those of a model's files are left here anyway. */
async function entriesOf(zip: yauzl.ZipFile, archive: string): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileName: name, uncompressedSize } = entry;
      const most = name === listName ? mostListBytes : mostBytesOf(name);
      if (most === undefined)
        throw broken(archive, `${JSON.stringify(name.slice(0, 80))} is no file of a model`);
      if (entries.has(name)) throw broken(archive, `${name} is there twice`);
      if (!isPlainFile(entry)) throw broken(archive, `${name} is a link or no file`);
      if (!entry.canDecodeFileData()) throw broken(archive, `${name} is encrypted or packed in another way`);
      if (uncompressedSize > most) throw broken(archive, `${name} unpacks to more than a model needs`);
      total += uncompressedSize;
      entries.set(name, entry);
    }
  } catch (error) {
    throw AppError.is(error) ? error : unlike(archive, error);
  }
  if (total > mostTimesLarger * zip.fileSize)
    throw broken(archive, `it unpacks to more than ${mostTimesLarger} times its size`);
  return entries;
}

/** Programs of Unix keep the kind of a file in the upper half: none, or a file, but no link, folder or device. */
function isPlainFile({ externalFileAttributes }: yauzl.Entry): boolean {
  const kind = (externalFileAttributes >>> 16) & 0o170000;
  return kind === 0 || kind === 0o100000;
}

async function listIn(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  archive: string,
): Promise<readonly ArchivedFile[]> {
  const pieces: Buffer[] = [];
  try {
    for await (const chunk of await bytesOf(zip, entry)) pieces.push(chunk);
  } catch (error) {
    throw unlike(archive, error);
  }
  return filesIn(Buffer.concat(pieces).toString('utf8'), archive);
}

/** What is listed, what is there, and what a model needs are the same. */
function checkFiles(
  files: readonly ArchivedFile[],
  entries: ReadonlyMap<string, yauzl.Entry>,
  archive: string,
): void {
  const paths = files.map(({ path }) => path);
  const listed = new Set(paths);
  const missing = folderFiles.needed.find((path) => !listed.has(path));
  if (missing !== undefined) throw broken(archive, `${missing} is missing`);
  if (listed.size < paths.length) throw broken(archive, 'its list names a file twice');
  const unlisted = [...entries.keys()].find((path) => !listed.has(path));
  if (unlisted !== undefined) throw broken(archive, `${unlisted} is not in its list`);
  for (const { path, size } of files) {
    const entry = entries.get(path);
    if (!entry) throw broken(archive, `${JSON.stringify(path.slice(0, 80))} is in its list and not there`);
    if (entry.uncompressedSize !== size) throw broken(archive, `${path} has another size than its list says`);
  }
}

/** The library ends a stream with more or fewer bytes than the entry says, so no file grows beyond its limit. */
async function unpackFile(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  { path, sha256 }: ArchivedFile,
  to: string,
  archive: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hash = createHash('sha256');
  const handle = await open(to, 'wx');
  try {
    for await (const chunk of await bytesOf(zip, entry)) {
      CancelledError.throwIf(signal);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } catch (error) {
    // What the system says of the disk is no fault of the archive.
    throw error instanceof CancelledError || isOfDisk(error) ? error : unlike(archive, error);
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== sha256) throw broken(archive, `${path} has another SHA-256 than its list says`);
}

async function bytesOf(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<AsyncIterable<Buffer>> {
  return (await zip.openReadStreamPromise(entry)) as Readable;
}

const configSchema = z.looseObject({ id2label: z.record(z.string(), z.string()) });

/** Other programs take the labels from `config.json`. */
async function compareLabels(dir: string, labels: readonly string[], archive: string): Promise<void> {
  const { id2label } = await readJson(join(dir, 'config.json'), configSchema, 'archive/no-model').catch(
    (error: unknown) => {
      throw broken(archive, 'its config.json is none of a classifier', error);
    },
  );
  const same =
    Object.keys(id2label).length === labels.length && labels.every((label, i) => id2label[i] === label);
  if (!same) throw broken(archive, 'its files do not agree about the labels');
}

async function compareWhole(archive: string, wanted: string, signal: AbortSignal | undefined): Promise<void> {
  const found = await fileDigest(archive, signal).catch((error: unknown) => {
    throw error instanceof CancelledError ? error : unlike(archive, error);
  });
  if (found !== wanted.toLowerCase())
    throw new AppError(
      'archive/other',
      `${archive} has the SHA-256 ${found}, not the one that was asked for; get it again.`,
    );
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** What the library or the system says of a file that cannot be read as a zip. */
function unlike(archive: string, error: unknown): AppError {
  return isOfDisk(error)
    ? new AppError('archive/not-read', `${archive} cannot be read (${messageOf(error)}).`, { cause: error })
    : broken(archive, `it is damaged or no zip (${messageOf(error)})`, error);
}

function broken(archive: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'archive/broken',
    `${archive} is not taken: ${what}; get it again, or export the model anew.`,
    {
      cause,
    },
  );
}
