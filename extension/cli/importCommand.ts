import { basename, dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { projectFolder } from '../project/classifierFolder';
import { tryModel } from '../project/modelTrial';
import { withEngine } from './engine';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFile, needFolder, usageError } from './usageError';

interface ImportCommandOptions {
  readonly out?: string;
  readonly into?: string;
  readonly sha256?: string;
}

/** `nanonet import`: a model out of its archive. */
export function importCommand(installation: Installation, terminal: Terminal): Command {
  return new Command('import')
    .summary('take a model out of its archive')
    .description(
      'Makes the folder of a model that was exported, whole or not at all. Sizes, names and SHA-256 of all files are compared with the ' +
        "archive's list, and the model is tried. What is there is never replaced.",
    )
    .argument('<archive>', 'what `nanonet export` has made')
    .addOption(new Option('--out <dir>', "the model's new folder").conflicts('into'))
    .addOption(
      new Option(
        '--into <classifier>',
        'the folder of a classifier, WORKSPACE/.nanonet/NAME: its next model',
      ),
    )
    .addOption(new Option('--sha256 <digits>', 'take this archive and no other').argParser(digits))
    .action(async (archive: string, options: ImportCommandOptions) => {
      const { out, into, sha256 } = options;
      needFile(archive, 'The archive');
      if (out === undefined && into === undefined)
        throw usageError('Say where the model goes: --out DIR or --into CLASSIFIER.');
      if (into !== undefined) needFolder(into, 'The classifier', 'classifier.json');
      const { importModel, importVersion } = await import('../project/modelImport');
      await interruptible((signal) =>
        withEngine(installation, terminal, async (engine) => {
          const given = { sha256, signal, check: (dir: string) => tryModel(engine, dir, signal) };
          const { dir, labels } =
            into === undefined
              ? { dir: out as string, labels: await importModel(archive, out as string, given) }
              : await importVersion(archive, ...classifierAt(into), given);
          await writeLine(terminal.out, `${dir}: labels ${labels.join(', ')}`);
        }),
      );
    });
}

/** @returns workspace and name. @throws AppError('cli/usage') */
function classifierAt(folder: string): [root: string, name: string] {
  const dir = resolve(folder);
  if (basename(dirname(dir)) !== projectFolder)
    throw usageError(`${folder} is no classifier of a workspace: give WORKSPACE/${projectFolder}/NAME.`);
  return [dirname(dirname(dir)), basename(dir)];
}

function digits(value: string): string {
  if (/^[0-9a-f]{64}$/i.test(value)) return value;
  throw new InvalidArgumentError(`'${value}' is no SHA-256: it has 64 hexadecimal digits.`);
}
