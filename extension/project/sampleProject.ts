/** Puts the sample project into a folder of the person's. */
import { cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../protocol/appError';
import { writeProjectFiles } from './classifierFile';
import { projectFolder } from './classifierFolder';

/**
 * Copies the template. Files that are there already stay as they are.
 *
 * @throws AppError('sample/has-labels') when the folder has labels of a classifier of the sample's name
 * @throws AppError('sample/not-copied')
 */
export async function copySample(templateDir: string, targetDir: string): Promise<void> {
  try {
    for (const name of await readdir(join(templateDir, projectFolder))) {
      const labels = join(targetDir, projectFolder, name, 'labels.jsonl');
      const found = await stat(labels).catch(() => undefined);
      if (!found) continue;
      throw new AppError(
        'sample/has-labels',
        `${labels} has labels already; open that folder, or choose another one for the sample.`,
      );
    }
    await cp(templateDir, targetDir, { recursive: true, force: false });
    // Packaging leaves git's files out of the template.
    await writeProjectFiles(targetDir);
  } catch (error) {
    if (AppError.is(error)) throw error;
    throw new AppError(
      'sample/not-copied',
      `The sample cannot be copied to ${targetDir} (${messageOf(error)}).`,
      {
        cause: error,
      },
    );
  }
}
