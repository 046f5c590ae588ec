/**
 * @file Which processes a test server started, and their end. Plain JavaScript, because guard.mjs needs it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Processes of one test server are known by this environment variable, which every child inherits. */
export const markVariable = 'NANONET_TEST_SERVER';

/**
 * The processes that a root process started, directly or not, and itself, but not the one that asks.
 *
 * On Linux those whose parent has died are found too, by the mark in their environment: an extension host that outlives
 * its server is exactly what a test wants to see.
 *
 * @param {number} root process id
 * @param {string} mark value of `markVariable` that the root was started with
 * @returns {number[]} process ids that are alive; a zombie is not
 */
export function processTree(root, mark) {
  const parents = process.platform === 'linux' ? parentsFromProc() : parentsFromPs();
  const tree = new Set(parents.has(root) ? [root] : []);
  if (process.platform === 'linux') {
    for (const pid of parents.keys()) if (hasMark(pid, mark)) tree.add(pid);
  }
  for (let size = -1; size !== tree.size;) {
    size = tree.size;
    for (const [pid, parent] of parents) if (parent === root || tree.has(parent)) tree.add(pid);
  }
  tree.delete(process.pid);
  return [...tree];
}

/**
 * Which of these processes run. On Linux a zombie does not, elsewhere it cannot be told.
 *
 * @param {readonly number[]} pids
 */
export function stillRunning(pids) {
  if (process.platform !== 'linux') return pids.filter(isAlive);
  const running = parentsFromProc();
  return pids.filter((pid) => running.has(pid));
}

/**
 * Ends processes at once. Those that ended by themselves meanwhile are no error.
 *
 * @param {readonly number[]} pids
 */
export function killProcesses(pids) {
  for (const pid of pids) {
    if (process.platform === 'win32') spawnSync('taskkill', ['/PID', String(pid), '/T', '/F']);
    else if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Map<number, number>} process id -> its parent's. Read from /proc, because slim images have no `ps`. */
function parentsFromProc() {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // The name in parentheses may itself hold spaces and parentheses.
    const [state, parent] = readProc(entry, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state !== undefined && state !== 'Z' && parent !== undefined)
      parents.set(Number(entry), Number(parent));
  }
  return parents;
}

/** @returns {Map<number, number>} as `parentsFromProc` */
function parentsFromPs() {
  if (process.platform === 'win32') return new Map(); // taskkill /T walks the tree itself
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return new Map(
    rows.map((row) => {
      const [pid, parent] = row.trim().split(/\s+/);
      return [Number(pid), Number(parent)];
    }),
  );
}

/**
 * @param {number} pid
 * @param {string} mark
 */
function hasMark(pid, mark) {
  return readProc(String(pid), 'environ').split('\0').includes(`${markVariable}=${mark}`);
}

/**
 * @param {string} pid
 * @param {'stat' | 'environ'} file
 * @returns {string} '' for a process that has ended meanwhile or belongs to somebody else
 */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
