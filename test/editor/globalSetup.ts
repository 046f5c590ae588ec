import { ensureTestTools } from './harness/install.mjs';

/**
 * Runs once before the editor suite, so that a missing VS Code or browser is said once and clearly, and is not installed
 * within a test's time limit.
 */
export async function setup(): Promise<void> {
  await ensureTestTools({ log: (line) => console.log(line) });
}
