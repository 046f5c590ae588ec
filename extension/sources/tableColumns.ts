/** What a table holds, for a person who chooses its columns. */
import { extname } from 'node:path';
import { realpath } from 'node:fs/promises';
import { csvRecords } from './csv';
import { plainMessage } from './eachFile';
import { jsonObjects } from './json';
import { parquetColumns } from './parquet';
import type { Source } from './sources';
import { openInside, type OpenFile } from './workspaceFile';

export interface Column {
  readonly name: string;
  /** The first value, '' where it has none near the beginning. */
  readonly example: string;
}

/** Kinds of source whose files are tables. */
export type TableKind = Exclude<Source['kind'], 'files' | 'comments' | 'commits'>;

/** Objects of a JSON file that are asked for their fields: each may have others. */
const askedObjects = 20;

const kinds: Readonly<Record<string, TableKind>> = {
  ...{ '.csv': 'csv', '.tsv': 'csv', '.json': 'json', '.jsonl': 'json', '.ndjson': 'json' },
  '.parquet': 'parquet',
};

/** What kind of table a file, or the files of a pattern, are by their name; undefined for other files. */
export function tableKindOf(path: string): TableKind | undefined {
  return kinds[extname(path).toLowerCase()];
}

/**
 * The columns of a table of the workspace, in their order.
 *
 * @param root the workspace folder
 * @param path of a file whose `tableKindOf` is known
 * @returns why not, as a sentence part, when it cannot be read
 */
export async function tableColumns(root: string, path: string): Promise<Column[] | { reason: string }> {
  const kind = tableKindOf(path);
  try {
    const file = await openInside(await realpath(root), path);
    if ('reason' in file) return file;
    try {
      if (kind === 'csv') return await csvColumns(file);
      if (kind === 'parquet') return (await parquetColumns(file)).map((name) => ({ name, example: '' }));
      return await jsonColumns(path, file);
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    return { reason: `it cannot be read (${plainMessage(error)})` };
  }
}

async function csvColumns(file: OpenFile): Promise<Column[] | { reason: string }> {
  const records = await csvRecords(file);
  if ('reason' in records) return records;
  const rows: (readonly string[])[] = [];
  for await (const item of records) {
    if ('reason' in item) {
      if (rows.length === 0) return item;
    } else if (rows.push(item.record) === 2) break;
  }
  const [names = [], first = []] = rows;
  return names.length === 0
    ? { reason: 'it is empty' }
    : names.map((name, at) => ({ name: name.trim(), example: first[at] ?? '' }));
}

async function jsonColumns(path: string, file: OpenFile): Promise<Column[] | { reason: string }> {
  const examples = new Map<string, string>();
  let asked = 0;
  let problem = 'it has no JSON objects';
  for await (const item of jsonObjects(path, file)) {
    if (asked++ === askedObjects) break;
    if (!('value' in item)) {
      problem = item.reason;
      continue;
    }
    for (const [name, value] of Object.entries(item.value as Record<string, unknown>)) {
      if (typeof value !== 'object' && !examples.get(name)) examples.set(name, String(value));
    }
  }
  return examples.size === 0
    ? { reason: problem }
    : [...examples].map(([name, example]) => ({ name, example }));
}
