/** Who labels, as git knows them: so that two people's labels can be told apart after a merge. */
import { execFile } from 'node:child_process';

/** git's `user.name` in a folder; undefined without one, and without git. */
export function authorIn(folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['config', 'user.name'], { cwd: folder, timeout: 5000 }, (error, name) => {
      resolve(error === null && name.trim() !== '' ? name.trim() : undefined);
    });
  });
}
