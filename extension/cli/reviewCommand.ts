import type { Command } from 'commander';
import type { DoubtfulLabel, Review } from '../protocol/engineApi';
import type { JsonRow } from '../protocol/jsonLines';
import { dataForms } from './dataFile';
import { explored, exploringCommand, type ExploringOptions } from './exploring';
import { count, percent } from './figures';
import type { Installation } from './installation';
import { excerpt, leftColumns, placeOf, rowsOf } from './rows';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';

/** `nanonet review`: which of the given labels may be wrong. */
export function reviewCommand(installation: Installation, terminal: Terminal): Command {
  return exploringCommand('review', 20, 'the same answer')
    .summary('say which labels may be wrong')
    .description(
      `Reads DATA (${dataForms}), a text in each row with its label where that is known, and prints the labels that the ` +
        'other labels speak against, the least believable first; ! marks those that are counted as wrong. No model is needed.',
    )
    .action(async (data: string, options: ExploringOptions) => {
      const { answer, dataFile } = await explored(
        data,
        options,
        { installation, terminal },
        (engine, params, signal) => engine.review(params, { signal }),
        ({ placed, of }) => `Read ${placed} of ${count(of, 'labelled text')}.`,
      );
      const rows = await rowsOf(dataFile, new Set(answer.doubts.map(({ row }) => row)));
      const doubts = answer.doubts.map((doubt) => ({ ...(rows.get(doubt.row) as JsonRow), ...doubt }));
      const found = { ...answer, doubts };
      await writeLine(terminal.out, options.json === true ? JSON.stringify(found) : reviewText(found));
    });
}

/** For a person: where, what it is said to be and what it seems to be, and the text. */
export function reviewText({
  doubts,
  likelyErrors,
  of,
}: Omit<Review, 'doubts'> & { readonly doubts: readonly (JsonRow & DoubtfulLabel)[] }): string {
  if (doubts.length === 0) return `None of ${count(of, 'label')} is in doubt.`;
  const rows = doubts.map((doubt) => [
    doubt.likely ? '!' : ' ',
    placeOf(doubt),
    `${excerpt(doubt.label)} ${percent(doubt.score)}`,
    `rather ${excerpt(doubt.suggested)} ${percent(doubt.suggestedScore)}`,
    excerpt(doubt.text),
  ]);
  return [`${likelyErrors} of ${count(of, 'label')} may be wrong.`, leftColumns(rows)].join('\n');
}
