import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AppError, messageOf } from '../protocol/appError';
import type { ReadingParams } from '../protocol/engineApi';
import { AnswerFile } from './answerFile';
import { answersTo, isFull, labelsOf } from './answering';
import { batches } from './batches';
import { columnOptions, type ColumnOptions } from './dataFile';
import { withEngine } from './engine';
import { count } from './figures';
import type { Installation } from './installation';
import { jsonOption, readingOptions, readingFrom, type ReadingOptions } from './options';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { textsOf } from './texts';
import { needFolder, usageError } from './usageError';

/** A file of the wrong form has as many problems as rows. */
const mostTold = 20;

interface ClassifyOptions extends ReadingOptions, ColumnOptions {
  readonly out?: string;
  readonly resume?: true;
  readonly failOn?: readonly string[];
}

/** `nanonet classify`: one JSON line a text, in the order that the texts came in. */
export function classifyCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('classify')
    .summary('label texts with a model')
    .description(
      'Prints one JSON line a text: its file or line, label, score, runner-up, and whether the model is unsure ' +
        '("abstained"). A file is one text, a mailbox has one a message, and a folder is its files; a CSV, TSV, JSON, JSON Lines or Parquet file has one a row, and standard input ' +
        '(-) has one a line, or JSON Lines. Exits with 3 when a text has a label of --fail-on.',
    )
    .argument('<model>', "the model's folder")
    .argument('[files...]', 'files and folders, or - for standard input', ['-'])
    .addOption(jsonOption().hideHelp()) // always so; given for symmetry with the other commands
    .addOption(new Option('--out <file>', 'write there instead of printing'))
    .addOption(new Option('--resume', 'go on with the file of --out: the same model and texts as before'))
    .addOption(
      new Option(
        '--fail-on <label>',
        'exit with 3 when a text has this label; may be given more than once',
      ).argParser((label: string, before: readonly string[] = []) => [...before, label]),
    )
    .action(async (model: string, files: string[], options: ClassifyOptions) => {
      needFolder(model, 'The model', 'config.json');
      if (options.resume && options.out === undefined) throw usageError('--resume needs the file of --out.');
      await needLabels(model, options.failOn ?? []);
      const reading = { modelDir: resolve(model), ...readingFrom(options) };
      await classify(reading, files, options, installation, terminal);
    });
  for (const option of [...columnOptions(), ...readingOptions()]) command.addOption(option);
  return command;
}

async function classify(
  reading: ReadingParams,
  inputs: readonly string[],
  options: ClassifyOptions,
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
  let [unreadable, empty] = [0, 0];
  const failed = new Map((options.failOn ?? []).map((label) => [label, 0]));
  const texts = textsOf(inputs, process.stdin, options, (error, isEmpty) => {
    if (!AppError.is(error)) throw error;
    if (isEmpty) empty += 1;
    else if ((unreadable += 1) <= mostTold) terminal.err.write(`${messageOf(error)}\n`);
  });
  const file =
    options.out === undefined ? undefined : await AnswerFile.open(options.out, options.resume === true);
  try {
    await withEngine(installation, terminal, async (engine) => {
      // Scores differ in their last digits with the batch that a text is read in: a file is to be the same however often it was stopped.
      for await (const batch of batches(texts, isFull, file && Infinity)) {
        const known = await file?.before(batch);
        const answers = known ?? (await answersTo(batch, engine, reading));
        for (const { label, abstained } of answers) {
          const count = failed.get(label);
          if (count !== undefined && !abstained) failed.set(label, count + 1);
        }
        if (known) continue;
        const lines = answers.map((answer) => JSON.stringify(answer));
        await (file ? file.add(lines) : writeLine(terminal.out, lines.join('\n')));
      }
      await file?.finish();
    });
  } finally {
    await file?.close();
  }
  if (empty > 0)
    terminal.err.write(`${count(empty, 'file or row', 'files or rows')} without a text left out.\n`);
  if (unreadable > 0) {
    throw new AppError(
      'cli/unreadable',
      `${count(unreadable, 'file or row', 'files or rows')} could not be read; the rest was classified.`,
    );
  }
  const found = [...failed].filter(([, texts]) => texts > 0);
  if (found.length > 0) {
    const each = found.map(([label, texts]) => `${count(texts, 'text')} of “${label}”`);
    throw new AppError('cli/found', `Found ${each.join(', ')}.`);
  }
}

/** @throws AppError('cli/usage') when the model never says such a label */
async function needLabels(model: string, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  const known = await labelsOf(model);
  const unknown = labels.find((label) => !known.includes(label));
  if (unknown !== undefined)
    throw usageError(`The model has no label “${unknown}” to fail on; it has ${known.join(', ')}.`);
}
