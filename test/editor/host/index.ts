import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Mocha from 'mocha';
import type { HostTestResult } from '../harness/hostTests';

/**
 * What VS Code calls inside its extension host: runs every `*.test.js` beside this file and writes what came of each to
 * the file named by NANONET_HOST_RESULTS, as JSON `HostTestResult[]`.
 *
 * @throws Error when a test failed or there was none, which VS Code turns into exit code 1
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: Number(process.env['NANONET_HOST_TIMEOUT_MS'] ?? 30_000),
  });
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.js'));
  for (const file of files.sort()) mocha.addFile(join(import.meta.dirname, file));

  const results: HostTestResult[] = [];
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    runner.on('pass', (test) => results.push(resultOf(test, 'passed')));
    runner.on('pending', (test) => results.push(resultOf(test, 'skipped')));
    // A failing hook arrives here too, under the hook's name.
    runner.on('fail', (test, error: unknown) => results.push(resultOf(test, 'failed', error)));
  });
  const file = process.env['NANONET_HOST_RESULTS'];
  if (file !== undefined) await writeFile(file, JSON.stringify(results, null, 2));

  const failed = results.filter((result) => result.state === 'failed').length;
  if (failed > 0) throw new Error(`${failed} of ${results.length} tests failed.`);
  if (results.length === 0) throw new Error(`No test was found in ${import.meta.dirname}.`);
}

function resultOf(test: Mocha.Runnable, state: HostTestResult['state'], error?: unknown): HostTestResult {
  const said =
    error instanceof Error ? (error.stack ?? error.message) : error === undefined ? null : String(error);
  return { title: test.fullTitle(), state, error: said, durationMs: test.duration ?? 0 };
}
