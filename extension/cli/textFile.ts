import { open } from 'node:fs/promises';
import { AppError, messageOf } from '../protocol/appError';
import { decodeText } from '../sources/decodeText';
import { documentText } from '../sources/documents';
import { maxFileBytes } from '../sources/files';

/** Reads a file as the editor would, and Word documents and PDF. @throws AppError('cli/unreadable') */
export async function readTextFile(path: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown): AppError =>
    new AppError('cli/unreadable', `${path}: ${reason}.`, { cause });
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      const document = await documentText(path, { handle, size, realPath: path });
      if (!document && size > maxFileBytes)
        throw unreadable(`it is larger than ${maxFileBytes / 1024 / 1024} MB`);
      const found = document ?? (await decodeText(await handle.readFile()));
      if (!('reason' in found)) return found.text;
      const line = 'line' in found && found.line !== undefined ? `line ${found.line}: ` : '';
      throw unreadable(`${line}${found.reason}`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw AppError.is(error) ? error : unreadable(`it cannot be read (${messageOf(error)})`, error);
  }
}
