import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { SuggestParams, SuggestReason, Suggestions } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import type { JsonRow } from '../protocol/jsonLines';
import { columnOptions, copyToExplore, dataForms, namedAs, type ColumnOptions } from './dataFile';
import { withEngine } from './engine';
import { count, percent } from './figures';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { jsonOption, wholeNumber } from './options';
import { excerpt, leftColumns, placeOf, rowsOf } from './rows';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFile, needFolder } from './usageError';

interface SuggestOptions extends ColumnOptions {
  readonly count: number;
  readonly seed: number;
  readonly base?: string;
  readonly model?: string;
  readonly json?: boolean;
}

/** Nobody waits before a terminal without seeing that something happens. */
const patienceMs = 2000;

/** `nanonet suggest`: which texts to label next, and why. */
export function suggestCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('suggest')
    .summary('say which texts to label next')
    .description(
      `Reads DATA (${dataForms}), a text in each row with its label where that is known, and prints the texts whose ` +
        'labels would teach a model most. Where the texts lie in meaning is kept in DATA.explore: asked again, it answers at once.',
    )
    .argument('<data>', `${dataForms}: a text a row, with its label where that is known`)
    .addOption(new Option('--count <n>', 'how many').argParser(wholeNumber).default(10))
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same texts').argParser(wholeNumber).default(1),
    )
    .option('--base <dir>', 'base model, a Hugging Face folder (default: the embedded all-MiniLM-L6-v2)')
    .option('--model <dir>', 'a trained model, which says what it is unsure of')
    .addOption(jsonOption())
    .action(async (data: string, options: SuggestOptions) => {
      needFile(data, 'The data file');
      if (options.model !== undefined) needFolder(options.model, 'The model', 'nanonet.json');
      const base = options.base ?? installation.base;
      needFolder(base, 'The base model', 'config.json');
      const copy = await copyToExplore(data, options, terminal);
      const params = {
        ...copy,
        base: resolve(base),
        ...(options.model !== undefined && { modelDir: resolve(options.model) }),
        count: options.count,
        seed: options.seed,
        patienceMs,
      };
      const { suggestions } = await namedAs(new Map([[copy.dataFile, data]]), () =>
        interruptible((signal) =>
          withEngine(installation, terminal, (engine) => settled(engine, params, terminal, signal)),
        ),
      );
      const rows = await rowsOf(copy.dataFile, new Set(suggestions.map(({ row }) => row)));
      const found = suggestions.map(({ row, reason }) => ({ ...(rows.get(row) as JsonRow), row, reason }));
      await writeLine(terminal.out, options.json === true ? JSON.stringify(found) : suggestionsText(found));
    });
  for (const option of columnOptions()) command.addOption(option);
  return command;
}

/** Asks until all texts that are looked at have their places, and the model has read them. */
async function settled(
  engine: EngineClient,
  params: SuggestParams,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Suggestions> {
  for (;;) {
    const found = await engine.suggest(params, { signal });
    if (found.settled) return found;
    const { placed, of } = found;
    terminal.err.write(
      placed < of ? `Read ${placed} of ${count(of, 'text')}.\n` : 'The model is reading the texts.\n',
    );
  }
}

/** Where, why and what, each in its column. */
export function suggestionsText(found: readonly (JsonRow & { reason: SuggestReason })[]): string {
  const rows = found.map((row) => [placeOf(row), reasonText(row.reason), excerpt(row.text)]);
  return leftColumns(rows);
}

/** Why, for a person. */
export function reasonText(reason: SuggestReason): string {
  switch (reason.kind) {
    case 'unsure':
      return reason.top.map(({ label, score }) => `${label} ${percent(score)}`).join(' or ');
    case 'cover':
      return `like ${count(reason.groupSize, 'text')}`;
    case 'rare':
      return `perhaps ${reason.label}, which has few`;
    case 'random':
      return 'by lot';
  }
}
