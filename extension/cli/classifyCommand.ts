import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError, messageOf } from '../protocol/appError';
import type { Prediction, ReadingParams } from '../protocol/engineApi';
import { batches } from './batches';
import { columnOptions, type ColumnOptions } from './dataFile';
import { withEngine } from './engine';
import { count } from './figures';
import type { Installation } from './installation';
import { jsonOption, readingOptions, readingFrom, type ReadingOptions } from './options';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import type { PlacedText } from './texts';
import { textsOf } from './texts';
import { needFolder } from './usageError';

const batchTexts = 256;
const batchCharacters = 1_000_000;
/** A file of the wrong form has as many problems as rows. */
const mostTold = 20;

/** `nanonet classify`: one JSON line a text, in the order that the texts came in. */
export function classifyCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('classify')
    .summary('label texts with a model')
    .description(
      'Prints one JSON line a text: its file or line, label, score, runner-up, and whether the model is unsure ' +
        '("abstained"). A file is one text; a CSV, TSV, JSON, JSON Lines or Parquet file has one a row, and standard input ' +
        '(-) has one a line, or JSON Lines.',
    )
    .argument('<model>', "the model's folder")
    .argument('[files...]', 'text files, or - for standard input', ['-'])
    .addOption(jsonOption().hideHelp()) // always so; given for symmetry with the other commands
    .action(async (model: string, files: string[], options: ReadingOptions & ColumnOptions) => {
      needFolder(model, 'The model', 'config.json');
      const reading = { modelDir: resolve(model), ...readingFrom(options) };
      await classify(reading, files, options, installation, terminal);
    });
  for (const option of [...columnOptions(), ...readingOptions()]) command.addOption(option);
  return command;
}

async function classify(
  reading: ReadingParams,
  inputs: readonly string[],
  columns: ColumnOptions,
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
  let [unreadable, empty] = [0, 0];
  const texts = textsOf(inputs, process.stdin, columns, (error, isEmpty) => {
    if (!AppError.is(error)) throw error;
    if (isEmpty) empty += 1;
    else if ((unreadable += 1) <= mostTold) terminal.err.write(`${messageOf(error)}\n`);
  });
  await withEngine(installation, terminal, async (engine) => {
    for await (const batch of batches(texts, isFull)) {
      const predictions = await engine.classify({ ...reading, texts: batch.map(({ text }) => text) });
      const lines = batch.map((text, i) => answer(text, predictions[i]));
      await writeLine(terminal.out, lines.join('\n'));
    }
  });
  if (empty > 0) terminal.err.write(`${count(empty, 'row')} without a text left out.\n`);
  if (unreadable > 0) {
    throw new AppError(
      'cli/unreadable',
      `${count(unreadable, 'file or row', 'files or rows')} could not be read; the rest was classified.`,
    );
  }
}

function isFull(batch: readonly PlacedText[]): boolean {
  return (
    batch.length >= batchTexts || batch.reduce((sum, { text }) => sum + text.length, 0) >= batchCharacters
  );
}

function answer({ place }: PlacedText, prediction: Prediction | undefined): string {
  if (prediction === undefined) throw new Error('The engine gave fewer predictions than texts.');
  const { label, score, runnerUp, abstained } = prediction;
  return JSON.stringify({ ...place, label, score, ...(runnerUp && { runnerUp }), abstained });
}
