import { buildOne } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';

/** Before the suite: the sources read some files in a process of their own, which is a bundle. */
export async function setup(): Promise<void> {
  await buildOne(root, 'dist/reader.js');
}
