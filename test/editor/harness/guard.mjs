/**
 * @file Stands between a test and its VS Code: `node guard.mjs <user data> <program> <arguments...>`.
 *
 * VS Code ends with all that it started as soon as this process's stdin closes. So it ends with the test, however the
 * test ends: a test runner that is killed or interrupted runs no `afterAll`. A test that says `keep` first wants the
 * user data, to take the logs from it.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { killProcesses, markVariable, processTree } from './processTree.mjs';

const graceMs = 2000;

const [userData = '', program = '', ...args] = process.argv.slice(2);
const mark = process.env[markVariable] ?? '';
const server = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

let said = '';
/** @type {Promise<void> | undefined} */
let ending;

process.stdin.on('data', (data) => (said += String(data)));
process.stdin.on('close', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
server.on('error', (error) => {
  console.error(error.message);
  end();
});
server.on('exit', end);

function end() {
  ending ??= endAll();
}

async function endAll() {
  const children = () => processTree(server.pid ?? 0, mark);
  const before = children(); // asked now: afterwards the children have lost their parent
  server.kill('SIGTERM');
  const end = Date.now() + graceMs;
  while (children().length > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  killProcesses([...new Set([...before, ...children()])]);
  if (said !== 'keep') rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
  process.exit(server.exitCode ?? 1);
}
