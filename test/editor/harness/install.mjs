/**
 * @file The tools that the editor tests need: a real VS Code (code-server, from npm), the Node it runs on, and a
 * Chromium to show it. Plain JavaScript without dependencies, because `npm test` calls it before anything is installed
 * or built: `node test/editor/harness/install.mjs`.
 *
 * They live in a cache outside the project's `node_modules`: 800 MB that belong to no dependency tree.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const codeServerVersion = '4.139.1';
/** code-server 4.139 refuses any other major version. */
const nodeVersion = '24.21.0';
/** Part of the folder's name: raise it when the steps of the install change. */
const recipe = 1;

const howToGetChromium =
  'Install Chromium (on Debian: sudo apt-get install chromium) or set CHROME_PATH to the program file of Chromium, Chrome or Edge.';
const howToGetRedis = 'Install it (on Debian: sudo apt-get install redis-server).';

/**
 * @typedef {object} TestTools absolute paths
 * @property {string} node Node 24
 * @property {string} codeServer code-server's `out/node/entry.js`
 * @property {string} chromium Chromium, Chrome or Edge
 */

/**
 * Finds the tools, and installs what is missing. About a minute the first time, milliseconds afterwards.
 *
 * @param {{ log?: (line: string) => void }} [options] `log` hears what takes long
 * @returns {Promise<TestTools>}
 * @throws {Error} one sentence that says what to do
 */
export async function ensureTestTools({ log = () => {} } = {}) {
  const chromium = await ensureChromium(log);
  const { node, codeServer } = await ensureCodeServer(log);
  return { node, codeServer, chromium };
}

/** @returns {string} the folder for test tools, which may not exist yet */
export function testCache() {
  return process.env['NANONET_TEST_CACHE'] || join(homedir(), '.cache', 'nanonet-test');
}

// --- code-server and Node 24 ----------------------------------------------------------------------------------------

/**
 * @param {(line: string) => void} log
 * @returns {Promise<{ node: string, codeServer: string }>}
 */
export async function ensureCodeServer(log = () => {}) {
  const name = `code-server-${codeServerVersion}-node-${nodeVersion}-${process.platform}-${process.arch}-${recipe}`;
  const home = join(testCache(), name);
  if (!isComplete(home)) {
    await mkdir(testCache(), { recursive: true });
    await withLock(`${home}.lock`, log, async () => {
      if (isComplete(home)) return; // another process installed it while this one waited
      await installCodeServer(home, log);
    });
  }
  return toolsIn(home);
}

/** @param {string} home */
function toolsIn(home) {
  const nodePackage = join(home, 'node_modules', `node-${nodePlatform()}-${process.arch}`, 'bin');
  return {
    node: join(nodePackage, process.platform === 'win32' ? 'node.exe' : 'node'),
    codeServer: join(home, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

/**
 * The marker is written last and before the rename, so a torn or half-deleted install lacks it or one of its files.
 *
 * @param {string} home
 */
function isComplete(home) {
  const { node, codeServer } = toolsIn(home);
  return [join(home, 'complete'), node, codeServer].every((file) => existsSync(file));
}

/**
 * @param {string} home
 * @param {(line: string) => void} log
 */
async function installCodeServer(home, log) {
  log(`Installing VS Code for the tests (code-server ${codeServerVersion}, about a minute, once) in ${home}`);
  const temp = `${home}.tmp`; // one name, so that what a killed install left is removed by the next
  await rm(temp, { recursive: true, force: true });
  await mkdir(temp, { recursive: true });
  try {
    const manifest = { private: true, description: 'Tools of the NanoNet editor tests. Safe to delete.' };
    await writeFile(join(temp, 'package.json'), JSON.stringify(manifest));
    // The package `node` would fetch this one in an install script, and scripts stay off here.
    const nodePackage = `node-${nodePlatform()}-${process.arch}@${nodeVersion}`;
    await npm(['install', `code-server@${codeServerVersion}`, nodePackage, '--save-exact'], temp);
    const vscode = join(temp, 'node_modules', 'code-server', 'lib', 'vscode');
    await npm(['install', '--omit=dev'], vscode);
    await npm(['install', '--omit=dev'], join(vscode, 'extensions'));
    await putStandIns(join(vscode, 'node_modules', '@vscode'));
    await writeFile(join(temp, 'complete'), new Date().toISOString());
    await rm(home, { recursive: true, force: true });
    await rename(temp, home);
  } catch (error) {
    await rm(temp, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Two native parts of VS Code are built by install scripts, which would need a compiler.
 *
 * @param {string} packages
 */
async function putStandIns(packages) {
  const standIns = join(dirname(fileURLToPath(import.meta.url)), 'standIns');
  await copyFile(join(standIns, 'spdlog.cjs'), join(packages, 'spdlog', 'index.js'));
  const build = join(packages, 'native-watchdog', 'build', 'Release');
  await mkdir(build, { recursive: true });
  await copyFile(join(standIns, 'watchdog.cjs'), join(build, 'watchdog.js'));
}

/** The npm packages say `win` where Node says `win32`. */
function nodePlatform() {
  return process.platform === 'win32' ? 'win' : process.platform;
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
async function npm(args, cwd) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Inside `npm test` the environment carries the project's npm settings (prefix, omit, ...), which are not for here.
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^npm_(?!config_(registry|cache|userconfig|cafile|strict_ssl|.*proxy)$)/i.test(key),
  );
  const env = { ...Object.fromEntries(inherited), NODE_ENV: '', NODE_OPTIONS: '' };
  const script = process.env['npm_execpath'];
  const isNpm = script !== undefined && /npm-cli\.c?js$/.test(script);
  const { code, output } = isNpm
    ? await runToEnd(process.execPath, [script, ...args, ...flags], { cwd, env })
    : await runToEnd('npm', [...args, ...flags], { cwd, env, shell: process.platform === 'win32' });
  if (code === 0) return;
  throw new Error(
    `Could not install VS Code for the tests: check that npm reaches its registry, then run this again (npm ${args.join(' ')}: ${cause(output)}).`,
  );
}

// --- Chromium -------------------------------------------------------------------------------------------------------

/**
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the program file
 */
export async function ensureChromium(log) {
  const given = process.env['CHROME_PATH'];
  if (given) {
    if (works(given)) return given;
    throw new Error(
      `CHROME_PATH is ${given}, which does not run: set it to the program file of Chromium, Chrome or Edge.`,
    );
  }
  const found = findChromium();
  if (found !== undefined) return found;
  // Without a font the screenshots are empty boxes.
  const packages = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];
  const installed = await fromDebian('Chromium', packages, findChromium, howToGetChromium, log);
  if (installed !== undefined) return installed;
  throw new Error(`The editor tests need a Chromium, and none was found. ${howToGetChromium}`);
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the program file of a Redis server
 */
export async function ensureRedis(log) {
  const found = findRedis() ?? (await fromDebian('Redis', ['redis-server'], findRedis, howToGetRedis, log));
  if (found !== undefined) return found;
  throw new Error(`The queue's tests need a Redis, and none was found. ${howToGetRedis}`);
}

/** @returns {string | undefined} */
function findRedis() {
  return ['redis-server', '/usr/bin/redis-server'].find((place) => works(place));
}

/**
 * Installs what is missing, where that is possible.
 *
 * @param {string} what
 * @param {readonly string[]} packages
 * @param {() => string | undefined} find
 * @param {string} otherwise what a person can do
 * @param {(line: string) => void} log
 * @returns {Promise<string | undefined>} what `find` finds then
 */
async function fromDebian(what, packages, find, otherwise, log) {
  if (!isDebian() || process.getuid?.() !== 0) return undefined;
  await mkdir(testCache(), { recursive: true });
  await withLock(join(testCache(), `${what.toLowerCase()}.lock`), log, async () => {
    if (find() !== undefined) return; // another process installed it while this one waited
    log(`Installing ${what} for the tests (apt-get, about a quarter of a minute, once)`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const wait = ['-o', 'DPkg::Lock::Timeout=120'];
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...wait, ...packages]]) {
      const { code, output } = await runToEnd('apt-get', args, { env });
      if (code !== 0)
        throw new Error(`Could not install ${what} with apt-get (${cause(output)}). ${otherwise}`);
    }
  });
  return find();
}

/** @returns {string | undefined} */
function findChromium() {
  return chromiumPlaces().find((place) => existsSync(place) && works(place));
}

/** Where a Chromium may be, the likeliest first. */
function chromiumPlaces() {
  if (process.platform === 'darwin') {
    return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    );
  }
  if (process.platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap(
      (name) => process.env[name] ?? [],
    );
    const apps = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'];
    return roots.flatMap((root) =>
      apps.map((app) => join(root, app, 'Application', app.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe')),
    );
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'chrome',
    'microsoft-edge',
  ];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return ['/usr/bin/chromium', ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
}

/**
 * Ubuntu's `chromium-browser` is a script that only says how to install the real one; on Windows `--version` would open
 * a window.
 *
 * @param {string} program
 */
function works(program) {
  if (process.platform === 'win32') return existsSync(program);
  return spawnSync(program, ['--version'], { timeout: 30_000, stdio: 'ignore' }).status === 0;
}

function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false; // no such file: not a Linux that says what it is
  }
}

// --- Processes and locks --------------------------------------------------------------------------------------------

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ code: number | null, output: string }>} stdout and stderr together
 */
function runToEnd(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (data) => (output += String(data)));
    child.stderr?.on('data', (data) => (output += String(data)));
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/**
 * The lines that say why, of what npm or apt-get said.
 *
 * @param {string} output
 */
function cause(output) {
  const lines = output.split('\n').map((line) => line.replace(/^(npm error|E:)\s*/, '').trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('A complete log'))
    .slice(0, 3)
    .join(' ');
}

/**
 * Runs `work` while no other process does. A lock whose owner is gone is taken over.
 *
 * @param {string} folder made and removed again: making a folder is atomic everywhere
 * @param {(line: string) => void} log
 * @param {() => Promise<void>} work
 */
async function withLock(folder, log, work) {
  const owner = join(folder, 'pid');
  let said = false;
  while (!(await makeFolder(folder))) {
    if (await isAbandoned(folder, owner)) {
      await rm(folder, { recursive: true, force: true });
      continue;
    }
    if (!said) log('Another process is installing the test tools; waiting for it');
    said = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    await writeFile(owner, String(process.pid));
    await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function makeFolder(folder) {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} folder
 * @param {string} owner
 */
async function isAbandoned(folder, owner) {
  const pid = Number(await readFile(owner, 'utf8').catch(() => ''));
  if (!(pid > 0)) {
    // Its owner is just writing it, or died between the two steps.
    const made = await stat(folder).catch(() => undefined);
    return made !== undefined && Date.now() - made.mtimeMs > 10_000;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'; // EPERM: alive, and somebody else's
  }
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) {
  try {
    const tools = await ensureTestTools({ log: (line) => console.log(line) });
    console.log(`VS Code for the tests: ${dirname(tools.codeServer)}\nBrowser: ${tools.chromium}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
