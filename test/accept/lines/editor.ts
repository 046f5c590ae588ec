import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository, testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';

const longestActivationMs = 50;
const longestBlockMs = 50;

/** The suite that drives a real VS Code through its UI, and runs inside its extension host. */
export async function editorSuite(): Promise<Measured> {
  const report = join(testOutput, 'accept', 'editor-suite.json');
  const screenshots = join(testOutput, 'screenshots');
  await rm(report, { force: true });
  await mkdir(join(testOutput, 'accept'), { recursive: true });
  const started = Date.now();
  const code = await vitest(['run', '--project', 'editor', '--reporter=json', `--outputFile.json=${report}`]);
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(await readFile(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  const pictures = await readdir(screenshots, { recursive: true }).catch(() => []);
  const count = pictures.filter((name) => name.endsWith('.png')).length;
  const seconds = Math.round((Date.now() - started) / 1000);
  return {
    figure: `${passed} passed, ${failed} failed in ${seconds} s; ${count} screenshots in ${screenshots}`,
    ok: code === 0 && passed > 0 && failed === 0 && count >= 2,
  };
}

/** Figures that the editor suite leaves: run it first. */
export async function hostFigures(): Promise<Measured> {
  const { quietLoadMs, activateMs, loadMsAtStart } = await figures<{
    quietLoadMs: number;
    activateMs: number;
    loadMsAtStart: number;
  }>('activation');
  const activationMs = quietLoadMs + activateMs;
  const { longestBlockMs: block, trainedMs } = await figures<{ longestBlockMs: number; trainedMs: number }>(
    'blocking',
  );
  return {
    figure:
      `activation ${activationMs.toFixed(1)} ms (under ${longestActivationMs} ms; loading alone took ` +
      `${loadMsAtStart.toFixed(1)} ms while the window opened); longest block of the extension host ` +
      `${block.toFixed(1)} ms (at most ${longestBlockMs} ms) in ${Math.round(trainedMs / 1000)} s of training`,
    ok: activationMs < longestActivationMs && block <= longestBlockMs,
  };
}

async function figures<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(testOutput, 'figures', `${name}.json`), 'utf8')) as T;
}

function vitest(args: readonly string[]): Promise<number> {
  const program = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [program, ...args], { cwd: repository, stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
