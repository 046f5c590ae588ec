import { basename, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { archiveEnding } from '../project/archiveContents';
import { megabytes } from './figures';
import { interruptible } from './interrupt';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFolder } from './usageError';

/** `nanonet export`: a model as one file. */
export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .summary('pack a model into one file')
    .description(
      'Packs a model into one archive, with the size and SHA-256 of each file in it, and prints the SHA-256 of the archive. The report ' +
        'beside the model names texts and stays where it is. The same model makes the same bytes.',
    )
    .argument('<model>', "the model's folder")
    .addOption(new Option('--out <file>', `the archive (default: the folder's name and ${archiveEnding})`))
    .action(async (model: string, { out }: { out?: string }) => {
      needFolder(model, 'The model', 'nanonet.json');
      const { packModel } = await import('../project/modelArchive');
      const archive = out ?? `${basename(resolve(model))}${archiveEnding}`;
      const { bytes, sha256 } = await interruptible((signal) => packModel(model, archive, { signal }));
      await writeLine(terminal.out, `${archive}: ${megabytes(bytes)}, SHA-256 ${sha256}`);
    });
}
