/**
 * @file Makes `dist/` (what VS Code and the terminal run) and `models/all-MiniLM-L6-v2` (the embedded base model) from
 * the sources: `npm run build`. A second or two; the model and the sample are made once.
 */
import { build as bundle } from 'esbuild';
import { chmod, copyFile, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNotices } from './notices.mjs';
import { duration, main } from './processes.mjs';
import { root } from './setup.mjs';

/** Also of programs that tests bundle. */
export const forNode = /** @satisfies {import('esbuild').BuildOptions} */ ({
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  // CommonJS has no import.meta; some packages ask it where they are.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
});

/** Without what few calls need: it lies beside, so that its libraries are not read at each start. */
const rarelyNeeded = /** @satisfies {import('esbuild').BuildOptions} */ ({
  plugins: [
    {
      name: 'rarely needed',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\/(formats|mcpServer|queueLibrary|zips)$/ }, ({ path }) => ({
          path: `${path}.js`,
          external: true,
        })),
    },
  ],
  supported: { 'dynamic-import': false },
});

/** @type {import('esbuild').BuildOptions} */
const forTheBrowser = {
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  minify: true,
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
};

/**
 * The programs: where each begins, and what it may not carry. The extension host must stay light and never blocks on
 * a model, so the engine is not in it; the wall is checked on what was really bundled.
 *
 * @type {{ from: string, to: string, options: import('esbuild').BuildOptions, without?: RegExp, executable?: boolean, beside?: Record<string, string> }[]}
 */
const programs = [
  {
    from: 'extension/main.ts',
    to: 'dist/extension.js',
    options: { ...forNode, ...rarelyNeeded, external: ['vscode'] },
    without: /^extension\/engine\/|onnx|@huggingface|pdfjs|highlight\.js/,
  },
  {
    from: 'extension/engine/main.ts',
    to: 'dist/engine.js',
    options: { ...forNode, external: ['onnxruntime-node'] },
    without: /^extension\/(vscode|cli|project|chat)\//,
  },
  {
    from: 'extension/engine/device.ts',
    to: 'dist/device.js',
    options: { ...forNode, external: ['onnxruntime-node'] },
    without: /^extension\/(vscode|cli|project|chat)\//,
  },
  {
    from: 'extension/sources/reader.ts',
    to: 'dist/reader.js',
    options: forNode,
    // Of characters, for PDF in Chinese, Japanese and Korean.
    beside: { 'node_modules/pdfjs-dist/cmaps': 'dist/cmaps' },
    without: /^extension\/(engine|vscode|cli|project|chat)\/|onnx|@huggingface/,
  },
  {
    from: 'extension/sources/formats.ts',
    to: 'dist/formats.js',
    options: forNode,
    without: /^extension\/(engine|vscode|cli|project|chat)\/|onnx|@huggingface/,
  },
  {
    from: 'extension/project/zips.ts',
    to: 'dist/zips.js',
    options: forNode,
    without: /^extension\/(engine|vscode|cli|sources)\/|onnx|@huggingface/,
  },
  {
    from: 'extension/project/scan/scanProgram.ts',
    to: 'dist/scan.js',
    options: { ...forNode, ...rarelyNeeded },
    without: /^extension\/(engine|vscode|cli)\/|onnx|@huggingface|pdfjs|highlight\.js/,
  },
  {
    from: 'extension/cli/main.ts',
    to: 'dist/cli.js',
    options: { ...forNode, ...rarelyNeeded, banner: { js: `#!/usr/bin/env node\n${forNode.banner.js}` } },
    executable: true,
    without: /^extension\/(engine|vscode)\/|onnx|@huggingface|pdfjs|highlight\.js/,
  },
  {
    from: 'extension/cli/mcpServer.ts',
    to: 'dist/mcpServer.js',
    options: forNode,
    without: /^extension\/(engine|vscode)\/|onnx|@huggingface|pdfjs|highlight\.js/,
  },
  {
    from: 'extension/cli/queueLibrary.ts',
    to: 'dist/queueLibrary.js',
    // Its native part would be another program where there is one.
    options: {
      ...forNode,
      define: { ...forNode.define, 'process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED': '"true"' },
    },
    without: /^extension\/(?!cli\/queueLibrary)|onnx|@huggingface/,
  },
  { from: 'webview/train/main.ts', to: 'dist/webview/train.js', options: forTheBrowser },
  { from: 'webview/label/main.ts', to: 'dist/webview/label.js', options: forTheBrowser },
];

/**
 * @param {string} folder the repository
 * @param {{ log?: (line: string) => void }} [options]
 * @throws {Error} when a source does not compile, or a program carries what it must not
 */
export async function build(folder, { log = console.log } = {}) {
  const start = performance.now();
  const bundles = await Promise.all(programs.map((program) => buildProgram(folder, program)));
  await writeNotices(
    folder,
    [iconFont, ...bundles.flatMap(({ inputs }) => inputs)],
    join(folder, 'dist', 'THIRD-PARTY-NOTICES.txt'),
  );
  await copyIcons(folder);
  const { prepareModel } = await import('../models/prepare.mjs');
  await prepareModel(folder);
  const { makeSample } = await import('./sample.mjs');
  await makeSample(folder);
  const sizes = bundles.map(({ name, bytes }) => `${name} ${Math.ceil(bytes / 1024)} kB`);
  log(`Built in ${duration(performance.now() - start)}: ${sizes.join(', ')}`);
}

/**
 * One program alone: tests that run the sources need the processes that those start.
 *
 * @param {string} folder
 * @param {string} name as in `programs`: 'dist/reader.js'
 */
export async function buildOne(folder, name) {
  const program = programs.find(({ to }) => to === name);
  if (program === undefined) throw new Error(`There is no program ${name}.`);
  await buildProgram(folder, program);
}

/**
 * @param {string} folder
 * @param {(typeof programs)[number]} program
 */
async function buildProgram(folder, { from, to, options, without, executable = false, beside = {} }) {
  const { metafile } = await bundle({
    ...options,
    entryPoints: [from],
    outfile: to,
    absWorkingDir: folder,
    bundle: true,
    metafile: true,
    legalComments: 'none', // all licences are in one file
    logLevel: 'warning',
  });
  const output = metafile.outputs[to];
  if (output === undefined) throw new Error(`${from} was bundled, but not to ${to}.`);
  const intruder = without && Object.keys(output.inputs).find((input) => without.test(input));
  if (intruder !== undefined) {
    throw new Error(
      `${to} carries ${intruder}, which belongs on the other side of a wall: see which file imports it.`,
    );
  }
  if (executable) await chmod(join(folder, to), 0o755);
  for (const [source, target] of Object.entries(beside))
    await cp(join(folder, source), join(folder, target), { recursive: true });
  return { name: to.replace(/^dist\//, ''), bytes: output.bytes, inputs: Object.keys(output.inputs) };
}

/** Of vscode-elements' icons. */
const iconFont = 'node_modules/@vscode/codicons/dist';

/**
 * The icon font, beside the webview that links it.
 *
 * @param {string} folder
 */
async function copyIcons(folder) {
  await mkdir(join(folder, 'dist', 'webview'), { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) {
    const from = join(folder, iconFont, file);
    await copyFile(from, join(folder, 'dist', 'webview', file));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => build(root));
