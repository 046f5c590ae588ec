import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { SuggestReason } from '../protocol/engineApi';
import type { JsonRow } from '../protocol/jsonLines';
import { dataForms } from './dataFile';
import { explored, exploringCommand, type ExploringOptions } from './exploring';
import { count, percent } from './figures';
import type { Installation } from './installation';
import { excerpt, leftColumns, placeOf, rowsOf } from './rows';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFolder } from './usageError';

/** `nanonet suggest`: which texts to label next, and why. */
export function suggestCommand(installation: Installation, terminal: Terminal): Command {
  return exploringCommand('suggest', 10, 'the same texts')
    .summary('say which texts to label next')
    .description(
      `Reads DATA (${dataForms}), a text in each row with its label where that is known, and prints the texts whose ` +
        'labels would teach a model most. Where the texts lie in meaning is kept in DATA.explore: asked again, it answers at once.',
    )
    .option('--model <dir>', 'a trained model, which says what it is unsure of')
    .action(async (data: string, { model, ...options }: ExploringOptions & { readonly model?: string }) => {
      if (model !== undefined) needFolder(model, 'The model', 'nanonet.json');
      const { answer, dataFile } = await explored(
        data,
        options,
        { installation, terminal },
        (engine, params, signal) =>
          engine.suggest({ ...params, ...(model !== undefined && { modelDir: resolve(model) }) }, { signal }),
        ({ placed, of }) =>
          placed < of ? `Read ${placed} of ${count(of, 'text')}.` : 'The model is reading the texts.',
      );
      const { suggestions } = answer;
      const rows = await rowsOf(dataFile, new Set(suggestions.map(({ row }) => row)));
      const found = suggestions.map(({ row, reason }) => ({ ...(rows.get(row) as JsonRow), row, reason }));
      await writeLine(terminal.out, options.json === true ? JSON.stringify(found) : suggestionsText(found));
    });
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
