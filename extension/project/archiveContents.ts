/** What an archive of a model holds, and how much of it at most. */
import { extname } from 'node:path';
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import { folderFiles, manifestFormat, manifestName } from '../protocol/modelFolder';
import { parseJson, readJson } from './jsonText';

/** What archives are called. */
export const archiveEnding = '.nanonet.zip';
/** The archive's list of its files. */
export const listName = 'nanonet-archive.json';
/** Grows when an archive could no longer be read by an older version. */
export const archiveFormat = 1;

/** ONNX is kept in protobuf, whose messages end there. */
const mostGraphBytes = 2 ** 31;
/** The largest are tokenizers: those of a hundred languages have 17 MB. */
const mostOtherBytes = 64 * 1024 ** 2;

const fileSchema = z.object({
  path: z.string(),
  size: z.int().check(z.nonnegative()),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});
const listSchema = z.object({ format: z.literal(archiveFormat), files: z.array(fileSchema) });

export type ArchivedFile = z.infer<typeof fileSchema>;

/** Bytes that a file of a model has at most; undefined for what is no file of a model. */
export function mostBytesOf(path: string): number | undefined {
  const known: readonly string[] = [...folderFiles.needed, ...folderFiles.optional];
  if (!known.includes(path)) return undefined;
  return extname(path) === '.onnx' ? mostGraphBytes : mostOtherBytes;
}

export function listText(files: readonly ArchivedFile[]): string {
  return `${JSON.stringify({ format: archiveFormat, files }, undefined, 2)}\n`;
}

/** @throws AppError('archive/newer'), AppError('archive/broken') */
export function filesIn(list: string, archive: string): readonly ArchivedFile[] {
  const name = `${archive}, ${listName}`;
  const { format } = parseJson(list, name, z.looseObject({ format: z.number() }), 'archive/broken');
  if (format > archiveFormat) throw newer(archive, format, archiveFormat);
  return parseJson(list, name, listSchema, 'archive/broken').files;
}

const manifestSchema = z.looseObject({
  format: z.number(),
  labels: z.array(z.string()).check(z.minLength(1)),
});

/**
 * The labels of a model that is handed on, from its manifest.
 *
 * @throws AppError('archive/newer'), AppError('archive/no-model')
 */
export async function labelsIn(folder: string, named: string): Promise<readonly string[]> {
  const manifest = await readJson(`${folder}/${manifestName}`, manifestSchema, 'archive/no-model').catch(
    (error: unknown) => {
      if (!AppError.is(error)) throw error;
      const reason = error.message.replaceAll(`${folder}/`, '');
      throw new AppError('archive/no-model', `${named} holds no model of NanoNet: ${reason}`, {
        cause: error,
      });
    },
  );
  if (manifest.format > manifestFormat) throw newer(named, manifest.format, manifestFormat);
  return manifest.labels;
}

function newer(named: string, format: number, known: number): AppError {
  return new AppError(
    'archive/newer',
    `${named} was made by a newer version of NanoNet (format ${format}, this one reads up to ${known}); update NanoNet.`,
  );
}
