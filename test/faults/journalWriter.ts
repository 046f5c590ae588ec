/**
 * A process that labels as fast as it can: `node journalWriter.js ROOT NAME COUNT`. Says each label that it
 * was told is saved, on a line of its own, and then `done`, or `failed CODE MESSAGE`.
 */
import { writeSync } from 'node:fs';
import { AppError } from '../../extension/protocol/appError';
import { LabelJournal } from '../../extension/project/labelJournal';

async function main(): Promise<void> {
  const [root = '', name = '', count = '0'] = process.argv.slice(2);
  let last = 0;
  const newId = (): string => `${name}-${(last += 1)}`;
  const journal = await LabelJournal.open(root, 'mail', { newId });
  for (let at = 1; at <= Number(count); at += 1) {
    const { id } = await journal.label(
      { path: `${name}/${at}.txt`, text: `Text ${at}: für ${name}` },
      'spam',
    );
    writeSync(1, `saved ${id}\n`);
  }
  writeSync(1, 'done\n');
}

main().catch((error: unknown) => {
  const code = AppError.is(error) ? error.code : 'bug';
  writeSync(1, `failed ${code} ${String(error)}\n`);
});
