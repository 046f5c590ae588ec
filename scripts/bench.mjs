/**
 * @file `npm run bench:NAME`: measures test/bench/NAME.ts and writes its figures into docs/benchmarks.md.
 */
import { join } from 'node:path';
import { main, runTypeScript } from './processes.mjs';
import { root, setup } from './setup.mjs';

await main(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  await setup(root);
  const { build } = await import('./build.mjs');
  await build(root);
  return runTypeScript(root, join('test', 'bench', `${name}.ts`), args);
});
