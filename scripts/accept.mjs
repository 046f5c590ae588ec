/**
 * @file `npm run accept -- NAME [--only 2,3]`: measures the lines of test/accept/NAME.ts and prints each with its figure.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { main, runTypeScript } from './processes.mjs';
import { root, setup } from './setup.mjs';

/** What is no list of lines. */
const machinery = ['framework.ts', 'run.ts'];

await main(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const folder = join(root, 'test', 'accept');
  if (!existsSync(join(folder, `${name}.ts`))) {
    const names = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !machinery.includes(file));
    const known = names.map((file) => file.replace('.ts', '')).join(', ');
    throw new Error(`npm run accept -- NAME, where NAME is one of: ${known}.`);
  }
  await setup(root);
  const { build } = await import('./build.mjs');
  await build(root);
  // In place rather than bundled: what the tests know of their own folders stays true.
  return runTypeScript(root, join('test', 'accept', 'run.ts'), [name, ...args]);
});
