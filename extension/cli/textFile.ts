import { readFile, stat } from 'node:fs/promises';
import { AppError, messageOf } from '../protocol/appError';
import { decodeText } from '../sources/decodeText';
import { maxFileBytes } from '../sources/files';

/** Reads a file as the editor would. @throws AppError('cli/unreadable') */
export async function readTextFile(path: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown): AppError =>
    new AppError('cli/unreadable', `${path}: ${reason}.`, { cause });
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) throw unreadable(`it is larger than ${maxFileBytes / 1024 / 1024} MB`);
    const decoded = await decodeText(await readFile(path));
    if ('reason' in decoded)
      throw unreadable(
        decoded.line === undefined ? decoded.reason : `line ${decoded.line}: ${decoded.reason}`,
      );
    return decoded.text;
  } catch (error) {
    throw AppError.is(error) ? error : unreadable(`it cannot be read (${messageOf(error)})`, error);
  }
}
