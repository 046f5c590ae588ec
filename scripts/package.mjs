/**
 * @file `npm run package`: this platform's VSIX, with the embedded model and one platform's onnxruntime inside.
 * `npm run package -- win32-x64` makes another platform's: the npm package brings the programs of all.
 */
import { createVSIX, listFiles } from '@vscode/vsce';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { main } from './processes.mjs';
import { root } from './setup.mjs';

const platformBinaries = 'node_modules/onnxruntime-node/bin/napi-v6';
const largestBytes = 90e6;
/** Without one of these the extension cannot do its work. */
const needed = [
  'dist/extension.js',
  'dist/engine.js',
  'dist/device.js',
  'dist/reader.js',
  'dist/scan.js',
  'dist/formats.js',
  'dist/mcpServer.js',
  'dist/zips.js',
  'dist/cmaps/UniGB-UCS2-H.bcmap',
  'dist/webview/train.js',
  'models/all-MiniLM-L6-v2/model.safetensors',
  'models/all-MiniLM-L6-v2/tokenizer.json',
  'node_modules/onnxruntime-common/dist/cjs/index.js',
  'dist/THIRD-PARTY-NOTICES.txt',
];
/** Sources, maps and tests are not for the person. */
const unwanted = /\.(ts|mts|map)$|^(test|scripts|out|sample)\//;

await main(async () => {
  const target = process.argv[2] ?? `${process.platform}-${process.arch}`;
  const binaries = `${platformBinaries}/${target.replace('-', '/')}/`;
  if (!existsSync(join(root, binaries))) throw new Error(`onnxruntime-node has no program for ${target}.`);
  await build(root);

  const ignoreFile = await ignoreFileFor(target, binaries);
  checkFiles(await listFiles({ cwd: root, ignoreFile }), binaries);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const packagePath = join(root, `nanonet-${target}-${version}.vsix`);
  await createVSIX({ cwd: root, target, ignoreFile, packagePath });
  const { size } = await stat(packagePath);
  if (size > largestBytes) throw new Error(`${packagePath} is ${megabytes(size)}; see what came into it.`);
  console.log(`${packagePath}: ${megabytes(size)}`);
});

/**
 * The allow-list of .vscodeignore, with the binaries of one platform. An ignore file cannot take back what it allowed,
 * so the line is made narrower.
 *
 * @param {string} target
 * @param {string} binaries
 * @returns {Promise<string>} path of the list
 */
async function ignoreFileFor(target, binaries) {
  const everything = '!node_modules/onnxruntime-node/bin/**';
  const list = await readFile(join(root, '.vscodeignore'), 'utf8');
  if (!list.includes(everything)) throw new Error(`.vscodeignore lacks the line ${everything}`);
  const file = join(root, 'out', `vscodeignore-${target}`);
  await mkdir(join(root, 'out'), { recursive: true });
  await writeFile(file, list.replace(everything, `!${binaries}**`));
  return file;
}

/**
 * @param {readonly string[]} files
 * @param {string} binaries
 */
function checkFiles(files, binaries) {
  const missing = needed.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  const intruders = files.filter(
    (file) => unwanted.test(file) || (file.startsWith(platformBinaries) && !file.startsWith(binaries)),
  );
  if (intruders.length > 0) throw new Error(`The package carries ${intruders.slice(0, 5).join(', ')}.`);
  console.log(`${files.length} files`);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
