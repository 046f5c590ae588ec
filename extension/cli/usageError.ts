import { existsSync, statSync } from 'node:fs';
import { AppError } from '../protocol/appError';

/** The call was wrong: exit code 2. */
export function usageError(message: string): AppError {
  return new AppError('cli/usage', message);
}

/** @throws AppError('cli/usage') when there is no such file */
export function needFile(path: string, what: string): void {
  if (!existsSync(path)) throw usageError(`${what} ${path} does not exist.`);
  if (statSync(path).isDirectory()) throw usageError(`${what} ${path} is a folder and must be a file.`);
}

/** @throws AppError('cli/usage') when there is no such folder, or it lacks the file that makes it what it should be */
export function needFolder(path: string, what: string, holding: string): void {
  if (!existsSync(path)) throw usageError(`${what} ${path} does not exist.`);
  if (!existsSync(`${path}/${holding}`)) throw usageError(`${what} ${path} has no ${holding} in it.`);
}
