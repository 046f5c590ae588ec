/** The journal's bytes: reading that survives what killed processes and merges leave, and durable appends. */
import type { BigIntStats } from 'node:fs';
import { mkdir, open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../protocol/appError';
import { syncFolder } from './durable';
import { isOfNewerVersion, labelEntrySchema, lineOf, type LabelEntry } from './labelEntry';

/** A line that is no entry; the rest of the journal is read without it. */
export interface JournalProblem {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  /** What stands there, cut at 200 characters. */
  readonly piece: string;
}

/** The file as it was read, with a mark that tells whether it has changed since. */
export interface JournalContent {
  readonly entries: readonly LabelEntry[];
  readonly problems: readonly JournalProblem[];
  readonly mark: string;
}

/**
 * Reads the journal. No file is an empty journal; broken lines become problems.
 *
 * @throws AppError('journal/not-read') when the file is there and cannot be read
 */
export async function readJournal(file: string): Promise<JournalContent> {
  try {
    const mark = await markOf(file);
    const bytes = await readFile(file);
    return { ...parseJournal(bytes), mark };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { entries: [], problems: [], mark: '' };
    throw new AppError(
      'journal/not-read',
      `The labels in ${file} cannot be read (${messageOf(error)}); check the file's permissions.`,
      { cause: error },
    );
  }
}

/** Changes whenever the file does, as far as its metadata can tell; '' when there is no file. */
export async function markOf(file: string): Promise<string> {
  try {
    return markFrom(await stat(file, { bigint: true }));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

function markFrom({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}

/** The entries of a journal's bytes, in the order of the lines. */
export function parseJournal(bytes: Uint8Array): Pick<JournalContent, 'entries' | 'problems'> {
  const entries: LabelEntry[] = [];
  const problems: JournalProblem[] = [];
  // Bytes that are no UTF-8 become U+FFFD, and then the line is judged like any other.
  const lines = new TextDecoder('utf-8').decode(bytes).split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const parsed = parseLine(line, index === lines.length - 1);
    if (typeof parsed !== 'string') entries.push(parsed);
    else problems.push({ line: index + 1, reason: parsed, piece: line.slice(0, 200) });
  }
  return { entries, problems };
}

/** The entry, or what is wrong with the line. */
function parseLine(line: string, last: boolean): LabelEntry | string {
  // Both sides of a merge that git could not finish are labels that somebody gave.
  if (/^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line))
    return 'a merge conflict mark; the lines of both sides count';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return last ? 'torn: it was not written to its end' : 'no JSON';
  }
  const result = labelEntrySchema.safeParse(value);
  if (result.success) return result.data;
  if (isOfNewerVersion(value)) return 'written by a newer NanoNet; it is kept, and counts when you update';
  const issue = result.error.issues[0];
  return `no journal entry: ${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'unknown form'}`;
}

/** Marks (`markOf`) of the file around an append; `alone` is false when it holds more than the entries. */
export interface Appended {
  readonly before: string;
  readonly after: string;
  readonly alone: boolean;
}

/**
 * Appends entries in one write, so that two processes never tear each other's lines, and returns when they
 * are on the disk.
 *
 * @throws AppError('journal/not-saved'), after which the file is as it was
 */
export async function appendEntries(file: string, entries: readonly LabelEntry[]): Promise<Appended> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(file, 'a+');
    try {
      const before = await handle.stat({ bigint: true });
      // A torn line stays what it is, and the new one begins afresh.
      const start = (await endsInLine(handle, Number(before.size))) ? '' : '\n';
      const line = Buffer.from(`${start}${entries.map(lineOf).join('')}`);
      await writeWhole(handle, line);
      if (before.size === 0n) await syncFolder(dirname(file));
      const after = await handle.stat({ bigint: true });
      const alone = start === '' && Number(after.size) === Number(before.size) + line.length;
      return { before: markFrom(before), after: markFrom(after), alone };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new AppError('journal/not-saved', `The label was not saved: ${reasonOf(error, file)}.`, {
      cause: error,
    });
  }
}

/** One write and one flush, or nothing: what part of it did get in is taken back. */
async function writeWhole(handle: FileHandle, line: Buffer): Promise<void> {
  let written = 0;
  try {
    ({ bytesWritten: written } = await handle.write(line));
    if (written < line.length) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    await handle.sync();
  } catch (error) {
    await takeBack(handle, line.subarray(0, written));
    throw error;
  }
}

/** Cuts off what was written last, provided that it still is the last thing in the file. */
async function takeBack(handle: FileHandle, piece: Buffer): Promise<void> {
  if (piece.length === 0) return;
  const { size } = await handle.stat();
  const start = size - piece.length;
  if (start < 0) return;
  const { buffer } = await handle.read(Buffer.alloc(piece.length), 0, piece.length, start);
  if (buffer.equals(piece)) await handle.truncate(start);
}

async function endsInLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function reasonOf(error: unknown, file: string): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return `there is no space left for ${file}; free some and label again`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${file} may not be written; allow it and label again`;
    default:
      return `${file} cannot be written (${messageOf(error)}); label again when that is mended`;
  }
}
