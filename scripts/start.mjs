/**
 * @file `npm start`: from a fresh clone to a trained model of the sample project, without a hand. Then VS Code on it:
 * the desktop's where there is one, or in the browser with `npm start -- --web`.
 */
import { existsSync } from 'node:fs';
import { cp, readFile, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { main, run, runTypeScript, stopwatch } from './processes.mjs';
import { root, setup } from './setup.mjs';

const sample = join(root, 'sample');
const truth = join(root, 'dist', 'sample-truth.jsonl');
const cli = join(root, 'dist', 'cli.js');
const examplesOfALabel = 3;

await main(async () => {
  const wholeTime = stopwatch();
  await timed('Set up', () => setup(root));
  await timed('Built', async () => (await import('./build.mjs')).build(root));
  if (!existsSync(sample)) await cp(join(root, 'dist', 'sample'), sample, { recursive: true });

  const classifier = 'mail'; // the sample's own; a person may have added others
  const runs = join(sample, '.nanonet', classifier, 'runs');
  await timed('Trained', () => train(['--project', sample, '--classifier', classifier, '--test', truth]));
  const version = await newestVersion(runs);
  const model = join(sample, '.nanonet', classifier, 'models', version);
  await timed('Classified', () => classifyTheRest(model, join(runs, version, 'data.jsonl')));
  console.log(`All of it in ${wholeTime()}. The project: ${sample}. Its model: ${model}.`);
  return openEditor();
});

/**
 * @param {string} what
 * @param {() => Promise<unknown>} work
 */
async function timed(what, work) {
  const elapsed = stopwatch();
  await work();
  console.log(`${what} in ${elapsed()}.\n`);
}

/** @param {readonly string[]} args */
async function train(args) {
  const { code } = await run(process.execPath, [cli, 'train', ...args], { show: true });
  if (code !== 0) throw new Error('The sample project could not be trained; the lines above say why.');
}

/**
 * Labels the texts without a label, and shows what was found.
 *
 * @param {string} model
 * @param {string} dataFile the texts of the run that made the model
 */
async function classifyTheRest(model, dataFile) {
  const rows = jsonLines(await readFile(dataFile, 'utf8')).filter(({ label }) => label === undefined);
  const input = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const { code, output } = await run(process.execPath, [cli, 'classify', model, '-'], { input });
  if (code !== 0) throw new Error(`The rest of the sample project could not be classified: ${output}`);
  const answers = jsonLines(output);
  console.log(`The ${answers.length} texts without a label, with the surest of each:`);
  for (const label of new Set(answers.map((answer) => answer.label))) {
    const found = answers.filter((answer) => answer.label === label).sort((a, b) => b.score - a.score);
    const unsure = found.filter(({ abstained }) => abstained).length;
    console.log(`  ${label}: ${found.length}${unsure > 0 ? `, unsure about ${unsure}` : ''}`);
    for (const { id, score } of found.slice(0, examplesOfALabel)) {
      console.log(`    ${(100 * score).toFixed(1).padStart(5)} %  ${id}`);
    }
  }
}

/** @returns {Promise<number>} exit code */
async function openEditor() {
  const web = process.argv.includes('--web');
  if (web) {
    return runTypeScript(root, join('scripts', 'serve.ts'), [sample]);
  }
  const code = onPath('code');
  if (code === undefined || !process.stdout.isTTY) {
    console.log('To see it in VS Code, in the browser: npm start -- --web');
    return 0;
  }
  console.log('Opening VS Code on it.');
  return (await run(code, ['--new-window', sample, `--extensionDevelopmentPath=${root}`], { show: true }))
    .code;
}

/** @param {string} program */
function onPath(program) {
  const names = process.platform === 'win32' ? [`${program}.cmd`] : [program];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}

/** @param {string} runs folder of a classifier's runs: v1, v2, ... */
async function newestVersion(runs) {
  const versions = (await readdir(runs)).filter((name) => /^v\d+$/.test(name));
  return versions.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)))[0] ?? 'v1';
}

/** @param {string} text */
function jsonLines(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
