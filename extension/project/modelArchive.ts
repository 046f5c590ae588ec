/** A trained model as one file, `NAME.nanonet.zip`: its folder, and a list with the size and SHA-256 of each file. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadStreamOptions, ZipFile } from 'yazl';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { folderFiles } from '../protocol/modelFolder';
import { labelsIn, listName, listText, mostBytesOf, type ArchivedFile } from './archiveContents';
import { isThere, putInPlace } from './durable';

export interface PackedModel {
  readonly bytes: number;
  /** Of the archive, in hexadecimal digits: what a receiver may compare. */
  readonly sha256: string;
}

export interface PackOptions {
  /** A file of this name was there, and a person said that it may be replaced. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the archive, whole or not at all. Only what belongs to a model goes into it, whatever else lies in the folder; the
 * same folder makes the same bytes.
 *
 * @throws AppError('archive/no-model'), AppError('archive/newer'), AppError('archive/there'), AppError('archive/not-written'),
 * CancelledError
 */
export async function packModel(
  dir: string,
  archive: string,
  options: PackOptions = {},
): Promise<PackedModel> {
  const { replace = false, signal } = options;
  const paths = await pathsIn(dir);
  await labelsIn(dir, dir);
  try {
    if (!replace && (await isThere(archive)))
      throw new AppError('archive/there', `${archive} is there already; choose another name.`);
    const zip = await zipOf(dir, paths);
    const packed = { bytes: 0, sha256: '' };
    const tell = (bytes: number, sha256: string): unknown => Object.assign(packed, { bytes, sha256 });
    await putInPlace(
      archive,
      measured(() => bytesOf(zip), tell, signal),
    );
    return packed;
  } catch (error) {
    CancelledError.throwIf(signal);
    if (AppError.is(error)) throw error;
    const reason = messageOf(error);
    throw new AppError(
      'archive/not-written',
      `${archive} cannot be written (${reason}); mend that and try again.`,
      {
        cause: error,
      },
    );
  }
}

/** @throws AppError('archive/no-model') */
async function pathsIn(dir: string): Promise<string[]> {
  const needed: readonly string[] = folderFiles.needed;
  const paths: string[] = [];
  for (const path of [...needed, ...folderFiles.optional]) {
    // Not through links: what they lead to was not made to be handed on.
    const found = await lstat(join(dir, path)).catch(() => undefined);
    const what = found === undefined ? 'is missing' : found.isFile() ? undefined : 'is no file';
    if (what === undefined && (found?.size ?? 0) > (mostBytesOf(path) ?? 0))
      throw noModel(dir, `${path} is too large`);
    if (what === undefined) paths.push(path);
    else if (found || needed.includes(path)) throw noModel(dir, `${path} ${what}`);
  }
  return paths.sort();
}

function noModel(dir: string, what: string): AppError {
  return new AppError(
    'archive/no-model',
    `${dir} holds no model that can be handed on: ${what}; train it again.`,
  );
}

async function zipOf(dir: string, paths: readonly string[]): Promise<ZipFile> {
  // Zip has the local time and no zone: by its parts it is the same everywhere.
  const entry: Partial<ReadStreamOptions> = {
    mtime: new Date(1980, 0, 1),
    mode: 0o100644,
    forceDosTimestamp: true,
  };
  const files: ArchivedFile[] = [];
  const { ZipFile } = await import('./zips');
  const zip = new ZipFile();
  for (const path of paths) {
    zip.addReadStreamLazy(path, entry, (give) =>
      give(
        null,
        Readable.from(
          measured(
            () => createReadStream(join(dir, path)),
            (size, sha256) => files.push({ path, size, sha256 }),
          ),
        ),
      ),
    );
  }
  // Entries are read in turn: all others are known by then.
  zip.addReadStreamLazy(listName, entry, (give) => give(null, Readable.from([Buffer.from(listText(files))])));
  zip.end();
  return zip;
}

function bytesOf(zip: ZipFile): AsyncIterable<Uint8Array> {
  const output = zip.outputStream as Readable;
  // A file that cannot be read is told beside the stream, which would never end.
  zip.on('error', (error: Error) => output.destroy(error));
  return output;
}

/** Bytes that are opened when they are first asked for, and what they come to. @throws CancelledError */
async function* measured(
  open: () => AsyncIterable<Uint8Array>,
  tell: (size: number, sha256: string) => unknown,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of open()) {
    CancelledError.throwIf(signal);
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  tell(size, hash.digest('hex'));
}
