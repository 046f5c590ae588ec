/** Which files a scan reads, and how: by the sources, and beside them. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { findFiles } from '../../sources/files';
import { globOfPath } from '../../sources/globs';
import type { FileSource } from '../../sources/sources';
import { tableKindOf } from '../../sources/tableColumns';
import type { ScanParams } from './scanApi';

/** A file, and how it is read. */
export interface Reading {
  readonly path: string;
  readonly source: FileSource;
  /** Its name in the store: how it is read, and its path. */
  readonly key: string;
  /** Another one when the file has changed, or another model is asked. */
  readonly mark: string;
  /** Bytes. */
  readonly size: number;
}

/** A file that no source finds is one text. */
const asOneText: FileSource = { kind: 'files', glob: '' };
const ownWay = wayOf(asOneText, 'beside');

/**
 * Every file that is read, by source and path.
 *
 * @param answered keys of the files that the store knows as read
 * @returns also the tables beside the sources, which are left out: nobody has said where their texts are
 * @throws AppError('sources/...'), CancelledError
 */
export async function readingsOf(
  { root, classifier, model, folder, files, labelled = [] }: ScanParams,
  answered: Iterable<string>,
  signal: AbortSignal,
): Promise<{ readings: Reading[]; tables: string[] }> {
  const isWanted = scopeOf(folder, files);
  const found = new Set<string>();
  const wanted: { path: string; source: FileSource; way: string }[] = [];
  for (const source of classifier.sources) {
    if (source.kind === 'commits') continue;
    for (const path of await findFiles(root, source, signal)) {
      found.add(path);
      if (isWanted(path)) wanted.push({ path, source, way: wayOf(source) });
    }
  }
  const before = [...answered].filter((key) => key.startsWith(ownWay)).map((key) => key.slice(ownWay.length));
  const asked = folder === undefined ? [] : await findFiles(root, { glob: allIn(folder) }, signal);
  const beside = [...new Set([...before, ...labelled, ...asked])].filter(
    (path) => !found.has(path) && isWanted(path),
  );
  const isTable = (path: string): boolean => tableKindOf(path) !== undefined;
  for (const path of beside.filter((one) => !isTable(one)).sort()) {
    wanted.push({ path, source: asOneText, way: ownWay });
  }
  // Sources may overlap.
  const readings = new Map<string, Reading>();
  for (const { path, source, way } of wanted) {
    // Nobody waits for this process, and fifty thousand promises take ten times as long.
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stats?.isFile()) continue;
    const { size, mtimeMs } = stats;
    const key = `${way}${path}`;
    readings.set(key, { path, source, key, mark: `${size} ${mtimeMs} ${model}`, size });
  }
  return { readings: [...readings.values()], tables: beside.filter(isTable) };
}

/** Whether a path is one that is asked about. */
export function scopeOf(folder?: string, files?: readonly string[]): (path: string) => boolean {
  const named = files && new Set(files);
  return (path) =>
    (folder === undefined || folder === '' || path.startsWith(`${folder}/`)) && (!named || named.has(path));
}

function allIn(folder: string): string {
  return folder === '' ? '**/*' : `${globOfPath(folder)}/**/*`;
}

/** How a source reads its files, whichever they are. */
function wayOf({ glob: _glob, exclude: _exclude, ...how }: FileSource, where = 'source'): string {
  return `${createHash('sha256')
    .update(JSON.stringify([where, how]))
    .digest('hex')
    .slice(0, 8)} `;
}
