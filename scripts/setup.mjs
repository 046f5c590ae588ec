/**
 * @file Makes a fresh clone ready: the right Node, and the packages of package-lock.json. Runs before anything is
 * installed, so it needs Node alone; takes milliseconds when there is nothing to do.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, main, npm, stopwatch } from './processes.mjs';

/** The repository, absolute. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const oldestNode = [20, 11];

/**
 * @param {string} folder the repository
 * @param {{ log?: (line: string) => void }} [options] `log` hears what takes long
 * @throws {Error} one sentence that says what to do
 */
export async function setup(folder, { log = console.log } = {}) {
  checkNode(process.versions.node);
  if (await isInstalled(folder)) return;
  log('Installing the packages (half a minute, once)');
  const elapsed = stopwatch();
  // No package needs its install script here: esbuild and onnxruntime-node carry their programs in packages.
  const flags = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, NODE_ENV: '', ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { code, output } = await npm(['ci', ...flags], { cwd: folder, env });
  if (code !== 0) {
    throw new Error(
      `The packages could not be installed: check that npm reaches its registry (npm ping) and that there is disk space, then run this again.\n${lastLines(output)}`,
    );
  }
  log(`Packages installed (${elapsed()})`);
}

/**
 * @param {string} version
 * @throws {Error} when it is too old
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = oldestNode;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  throw new Error(
    `NanoNet needs Node ${oldestNode.join('.')} or newer and this is Node ${version}: install one from https://nodejs.org and run this again.`,
  );
}

/**
 * npm writes node_modules/.package-lock.json as the last step of an install. So what it lists is there, and a torn
 * install has none.
 *
 * @param {string} folder
 */
async function isInstalled(folder) {
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const [wanted, found] = await Promise.all([
    packagesOf(join(folder, 'package-lock.json')),
    packagesOf(hidden),
  ]);
  return Object.entries(wanted).every(([place, { version, optional }]) => {
    if (place === '') return true; // the project itself
    const installed = found[place]?.version;
    return installed === version || (installed === undefined && optional === true);
  });
}

/**
 * @param {string} file a package-lock.json
 * @returns {Promise<Record<string, { version?: string, optional?: boolean }>>}
 */
async function packagesOf(file) {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => setup(root));
