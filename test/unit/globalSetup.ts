import { buildOne } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';

/** Before the suite: some files, and whole workspaces, are read in processes of their own, which are bundles. */
export async function setup(): Promise<void> {
  for (const name of ['dist/reader.js', 'dist/scan.js']) await buildOne(root, name);
}
