/** @file The licences of the packages that are bundled: their terms ask that they travel with the code. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the licence of each bundled package to one file.
 *
 * @param {string} folder the repository
 * @param {readonly string[]} inputs what went into the bundles, as esbuild names it
 * @param {string} target
 * @throws {Error} when a package has no licence text and names no licence
 */
export async function writeNotices(folder, inputs, target) {
  const packages = new Set(
    inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const notices = await Promise.all([...packages].sort().map((place) => noticeOf(join(folder, place))));
  await writeFile(target, `NanoNet carries these packages.\n\n${[...new Set(notices)].join('\n')}`);
}

/** @param {string} folder of a package */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  if (file === undefined && typeof license !== 'string')
    throw new Error(`${name} names no licence: may it be bundled?`);
  const text = file === undefined ? '' : (await readFile(join(folder, file), 'utf8')).trim();
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}
