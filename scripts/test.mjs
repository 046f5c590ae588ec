/**
 * @file `npm test`: sets up, builds, and passes everything there is to pass: types, lint and format, then each suite of
 * vitest.config.mts, those in a real VS Code included. Ends with `N passed, N failed`.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { main, messageOf, run, stopwatch } from './processes.mjs';
import { root, setup } from './setup.mjs';

/** @typedef {{ name: string, passed: number, failed: number, time: string }} Outcome */

const results = join(root, 'test-output', 'results');

/** What needs no test file. */
const checks = [
  { name: 'types', args: ['typescript/bin/tsc', '--noEmit', '-p', '.'] },
  { name: 'lint', args: ['eslint/bin/eslint.js', '.'] },
  { name: 'format', args: ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'] },
];

await main(async () => {
  const wholeTime = stopwatch();
  await setup(root);
  const { build } = await import('./build.mjs');
  await build(root);
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });

  /** @type {Outcome[]} */
  const outcomes = [];
  outcomes.push(...(await Promise.all(checks.map(({ name, args }) => check(name, args)))));
  for (const name of await suites()) outcomes.push(await suite(name));

  console.log('');
  for (const { name, passed, failed, time } of outcomes) {
    console.log(
      `${name.padEnd(8)} ${String(passed).padStart(5)} passed  ${String(failed).padStart(3)} failed  ${time}`,
    );
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`In ${wholeTime()}:`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});

/** The suites, in the order of the config: the fast ones first. */
async function suites() {
  const config = await readFile(join(root, 'vitest.config.mts'), 'utf8');
  const names = [...config.matchAll(/name: '([a-z]+)'/g)].map(([, name = '']) => name);
  if (names.length === 0) throw new Error('vitest.config.mts names no suite.');
  return names;
}

/**
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {Promise<Outcome>}
 */
async function check(name, args) {
  const elapsed = stopwatch();
  const code = await node(args);
  return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, time: elapsed() };
}

/**
 * @param {string} name of a vitest project
 * @returns {Promise<Outcome>}
 */
async function suite(name) {
  const elapsed = stopwatch();
  const report = join(results, `${name}.json`);
  console.log(`\n${name}`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await node(['vitest/vitest.mjs', 'run', '--project', name, ...reporters]);
  const { passed, failed } = await readReport(report);
  // A suite that ran nothing, or died, has failed whatever its report says.
  const hidden = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  return { name, passed, failed: failed + hidden, time: elapsed() };
}

/**
 * Counts tests, and files that could not be loaded.
 *
 * @param {string} file vitest's JSON report
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function readReport(file) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(await readFile(file, 'utf8'));
    /** @type {{ status: string, assertionResults: unknown[] }[]} */
    const files = testResults;
    const unloaded = files.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
  } catch (error) {
    console.error(`No report: ${messageOf(error)}`);
    return { passed: 0, failed: 0 };
  }
}

/**
 * Runs a package's program.
 *
 * @param {readonly string[]} args the program inside node_modules, and what it is given
 */
async function node([program = '', ...args]) {
  const { code } = await run(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    show: true,
  });
  return code;
}
