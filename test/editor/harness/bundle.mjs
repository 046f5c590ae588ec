/**
 * @file Bundles what runs inside VS Code's extension host: a folder of host tests with their runner, or the fixture.
 */
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

const harness = import.meta.dirname;
const repository = resolve(harness, '..', '..', '..');
const built = join(repository, 'out', 'test');

/** @type {import('esbuild').BuildOptions} */
const forTheHost = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  // `vscode` exists only in the host; two mochas would not know each other's tests.
  external: ['vscode', 'mocha'],
  define: { 'import.meta.dirname': '__dirname' },
  logLevel: 'warning',
};

/**
 * Bundles each `*.host.ts` of a folder to `*.test.js`, with the runner as `index.js`.
 *
 * @param {string} folder
 * @param {string} [name] of the folder in `out/test`; two suites need two names
 * @returns {Promise<string>} `extensionTestsPath` for `hostTests`, absolute
 */
export async function bundleHostTests(folder, name = basename(folder)) {
  const target = await emptyFolder(join(built, `${name}-host`));
  const tests = (await readdir(folder)).filter((file) => file.endsWith('.host.ts'));
  await build({
    ...forTheHost,
    entryPoints: [
      { in: join(harness, '..', 'host', 'index.ts'), out: 'index' },
      ...tests.map((file) => ({ in: join(folder, file), out: file.replace(/\.host\.ts$/, '.test') })),
    ],
    outdir: target,
  });
  return join(target, 'index.js');
}

/** @returns {Promise<string>} `extensionDevelopmentPath` of the fixture extension, absolute */
export async function bundleFixture() {
  const source = join(harness, 'fixture');
  const target = await emptyFolder(join(built, 'fixture'));
  for (const file of ['package.json', 'icon.svg']) await cp(join(source, file), join(target, file));
  await build({ ...forTheHost, entryPoints: [join(source, 'extension.ts')], outdir: target });
  return target;
}

/** @returns {Promise<string>} the folder of an extension that brings a language model, absolute */
export async function bundleChatProvider() {
  const source = join(harness, 'chatProvider');
  const target = await emptyFolder(join(built, 'chat-provider'));
  await cp(join(source, 'package.json'), join(target, 'package.json'));
  await build({ ...forTheHost, entryPoints: [join(source, 'extension.ts')], outdir: target });
  return target;
}

/** @param {string} folder */
async function emptyFolder(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // The bundles are CommonJS, whatever the project's own package.json says.
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
  return folder;
}
