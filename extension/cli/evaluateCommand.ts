import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Evaluation, ReadingParams } from '../protocol/engineApi';
import { columnOptions, copyRows, dataForms, namedAs, type ColumnOptions } from './dataFile';
import { withEngine } from './engine';
import { count, percent, table } from './figures';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { jsonOption, readingFrom, readingOptions, type ReadingOptions } from './options';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFile, needFolder } from './usageError';

/** Above this many labels a confusion matrix is wider than a terminal. */
const widestMatrix = 12;
const listedConfusions = 10;

type EvaluateOptions = ReadingOptions & ColumnOptions & { readonly json?: boolean };

/** `nanonet evaluate`: a model's figures on texts whose labels are known. */
export function evaluateCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('evaluate')
    .summary('measure a model on labelled texts')
    .argument('<model>', "the model's folder")
    .argument('<test>', `${dataForms}, with a label in each row`)
    .addOption(jsonOption())
    .action(async (model: string, test: string, options: EvaluateOptions) => {
      needFolder(model, 'The model', 'config.json');
      needFile(test, 'The test file');
      const reading = { modelDir: resolve(model), ...readingFrom(options) };
      const evaluation = await interruptible((signal) =>
        evaluate(reading, test, options, installation, terminal, signal),
      );
      const text = options.json === true ? JSON.stringify(evaluation) : evaluationText(evaluation);
      await writeLine(terminal.out, text);
    });
  for (const option of [...columnOptions(), ...readingOptions()]) command.addOption(option);
  return command;
}

async function evaluate(
  reading: ReadingParams,
  test: string,
  columns: ColumnOptions,
  installation: Installation,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Evaluation> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-'));
  try {
    const dataFile = join(folder, 'test.jsonl');
    await copyRows(test, dataFile, { ...columns, labelled: true }, terminal, signal);
    return await namedAs(new Map([[dataFile, test]]), () =>
      withEngine(installation, terminal, (engine) => engine.evaluate({ ...reading, dataFile }, { signal })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** For a person: the figures, then which labels are taken for which. */
export function evaluationText(evaluation: Evaluation): string {
  const { labels, confusion } = evaluation;
  return [
    table([
      ['accuracy', percent(evaluation.accuracy)],
      ['macro F1', percent(evaluation.macroF1)],
      ['calibration error', percent(evaluation.ece)],
      ['coverage', percent(evaluation.coverage)],
      ['precision there', percent(evaluation.precision)],
      ['texts a second', String(Math.round(evaluation.docsPerSecond))],
    ]),
    `Measured on ${count(evaluation.texts, 'text')}.`,
    '',
    labels.length <= widestMatrix ? matrix(labels, confusion) : mostConfused(labels, confusion),
  ].join('\n');
}

function matrix(labels: readonly string[], confusion: Evaluation['confusion']): string {
  const rows = confusion.map((row, i) => [labels[i] ?? '', ...row.map(String)]);
  return table([['is \\ taken for', ...labels], ...rows]);
}

function mostConfused(labels: readonly string[], confusion: Evaluation['confusion']): string {
  const mistakes = confusion.flatMap((row, is) =>
    row.map((texts, taken) => ({ texts: is === taken ? 0 : texts, is: labels[is], taken: labels[taken] })),
  );
  return mistakes
    .filter(({ texts }) => texts > 0)
    .sort((a, b) => b.texts - a.texts)
    .slice(0, listedConfusions)
    .map(({ texts, is, taken }) => `${count(texts, 'text')} of ${is} taken for ${taken}`)
    .join('\n');
}
