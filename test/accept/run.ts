/** Measures one list of lines: `run.ts NAME [--only 2,3]`. Called by scripts/accept.mjs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outputFolder } from '../editor/harness/places';
import { measureLines } from './framework';

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { only: { type: 'string' } },
});
const [name = ''] = positionals;
// Not a relative path: vite-node would look for one of those from the folder it was called in.
await import(join(import.meta.dirname, `${name}.ts`));

const only = values.only?.split(',').map(Number);
const results = await measureLines(only, (text) => console.log(text));
await writeFile(join(await outputFolder('accept'), `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);

const short = results.filter(({ ok }) => !ok).length;
console.log(`${results.length - short} ok, ${short} short`);
process.exit(short > 0 || results.length === 0 ? 1 : 0);
