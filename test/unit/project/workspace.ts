import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JournalDeps } from '../../../extension/project/labelJournal';

/** A workspace folder with these files that is gone after the test. */
export async function workspace(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'nanonet-project-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** Ids in order and a clock that goes on by a second with each entry. */
export function counting(name = 'e', start = '2025-03-01T10:00:00.000Z'): JournalDeps {
  let count = 0;
  return {
    newId: () => `${name}${(count += 1)}`,
    clock: () => new Date(Date.parse(start) + count * 1000),
  };
}
