import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { defaultThreads } from '../../extension/engine/runtime/session';
import { repository } from '../editor/harness/places';

/** What figures are of. */
export const machine = `${cpus()[0]?.model.trim() ?? 'Unknown processor'}, ${defaultThreads()} threads, Node ${process.versions.node}`;

/** As Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in docs/benchmarks.md. */
export async function writeSection(name: string, markdown: string): Promise<void> {
  const file = join(repository, 'docs', 'benchmarks.md');
  const page = await readFile(file, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}.`);
  const text = `${page.slice(0, from + start.length)}\n\n${markdown}\n\n${page.slice(to)}`;
  await writeFile(file, await format(text, { parser: 'markdown', printWidth: 110 }));
}
