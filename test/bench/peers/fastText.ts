/** fastText by its own program, Debian's `fasttext`: what reading a text costs at least. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testOutput } from '../../editor/harness/places';
import type { Reader } from '../inference';

const program = 'fasttext';

/**
 * Learns from a few labelled texts, and reads others in a process of its own each time.
 * @throws Error that says how to install it
 */
export async function fastTextReader(
  given: readonly { readonly text: string; readonly label?: string }[],
): Promise<Reader> {
  const folder = join(testOutput, 'bench', 'fasttext');
  await mkdir(folder, { recursive: true });
  const learned = join(folder, 'given.txt');
  const model = join(folder, 'model');
  const asked = join(folder, 'asked.txt');
  const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
  const lines = given.map(
    ({ text, label }) => `__label__${oneLine(label ?? '').replaceAll(' ', '-')} ${oneLine(text)}`,
  );
  await writeFile(learned, `${lines.join('\n')}\n`);
  run('supervised', '-input', learned, '-output', model, '-epoch', '50', '-thread', '2');
  return {
    name: "fastText, Debian's, its process included",
    async read(texts) {
      await writeFile(asked, `${texts.map(oneLine).join('\n')}\n`);
      run('predict', `${model}.bin`, asked);
    },
    dispose: () => Promise.resolve(),
  };
}

function run(...args: string[]): void {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${program} is not here; install it: apt-get install fasttext.`, { cause: error });
  }
}
