import { open } from 'node:fs/promises';
import { AppError, messageOf } from '../protocol/appError';
import { readWhole } from '../sources/wholeFile';

/** Reads the text that a file is, by its name. @throws AppError('cli/unreadable') */
export async function readTextFile(path: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown): AppError =>
    new AppError('cli/unreadable', `${path}: ${reason}.`, { cause });
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const whole = await readWhole(path, { handle, size, realPath: path });
      if ('reason' in whole)
        throw unreadable(whole.line === undefined ? whole.reason : `line ${whole.line}: ${whole.reason}`);
      return whole.text;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw AppError.is(error) ? error : unreadable(`it cannot be read (${messageOf(error)})`, error);
  }
}
