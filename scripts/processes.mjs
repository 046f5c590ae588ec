/**
 * @file Child processes for the scripts of this folder. Plain JavaScript without dependencies.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * @typedef {object} Ended
 * @property {number} code 0 when all went well; 1 also when the program could not be started or was killed
 * @property {string} output stdout and stderr together; empty where they were shown instead
 */

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, input?: string }} [options] `show` hands the
 *   terminal over; `input` is what the program reads on standard input
 * @returns {Promise<Ended>}
 */
export function run(command, args, { cwd, env = process.env, show = false, input } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: show ? 'inherit' : 'pipe' });
    child.stdin?.on('error', () => undefined); // it ended before it read everything: its exit code says why
    child.stdin?.end(input);
    let output = '';
    child.stdout?.on('data', (data) => (output += String(data)));
    child.stderr?.on('data', (data) => (output += String(data)));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs a TypeScript program of this repository where it lies, with the terminal handed over.
 *
 * @param {string} root the repository
 * @param {string} program from there
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function runTypeScript(root, program, args) {
  const viteNode = join(root, 'node_modules', 'vite-node', 'vite-node.mjs');
  const { code } = await run(process.execPath, [viteNode, join(root, program), ...args], {
    cwd: root,
    show: true,
  });
  return code;
}

/**
 * Runs npm: the one that runs this script, where there is one.
 *
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Ended>}
 */
export function npm(args, options) {
  const script = process.env['npm_execpath'];
  if (script !== undefined && /npm-cli\.c?js$/.test(script))
    return run(process.execPath, [script, ...args], options);
  return process.platform === 'win32'
    ? run('cmd', ['/c', 'npm', ...args], options)
    : run('npm', args, options);
}

/**
 * @param {string} output
 * @param {number} [count]
 * @returns {string} the last lines, for the end of a message
 */
export function lastLines(output, count = 3) {
  return output.trim().split('\n').slice(-count).join('\n');
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a script's work: what goes wrong is said in its own sentence, without a stack.
 *
 * @param {() => Promise<number | void>} work resolves to the exit code, or to nothing for 0
 */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(process.env['NANONET_STACKS'] ? error : messageOf(error));
    process.exitCode = 1;
  }
}

/** @returns {() => string} says how long ago it was made: '4.2 s', '2 min 05 s' */
export function stopwatch() {
  const start = performance.now();
  return () => duration(performance.now() - start);
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
