/** Answers as other programs read them: JSON Lines, CSV, Parquet. */
import { extname } from 'node:path';
import { Option } from 'commander';
import { csvLine, tableFormats, type OutColumns, type TableFormat } from '../sources/tablePieces';
import type { Answer } from './answering';

export type AnswerFormat = TableFormat;

/** The columns of a table: where the text stands, and what the model says of it. */
export const answerColumns = {
  file: { type: 'text', of: ({ file }) => file },
  line: { type: 'whole', of: ({ line }) => line },
  row: { type: 'whole', of: ({ row }) => row },
  part: { type: 'text', of: ({ part }) => part },
  id: { type: 'text', of: ({ id }) => id },
  label: { type: 'text', of: ({ label }) => label },
  score: { type: 'real', of: ({ score }) => score },
  runnerUp: { type: 'text', of: ({ runnerUp }) => runnerUp?.label },
  runnerUpScore: { type: 'real', of: ({ runnerUp }) => runnerUp?.score },
  abstained: { type: 'truth', of: ({ abstained }) => abstained },
} as const satisfies OutColumns<Answer>;

export function formatOption(): Option {
  return new Option(
    '--format <format>',
    'of the answers (default: by the ending of --out, else jsonl)',
  ).choices(tableFormats);
}

/** What was asked for, or what the name of the file says. */
export function formatOf(asked: AnswerFormat | undefined, out: string | undefined): AnswerFormat {
  const ending = extname(out ?? '')
    .slice(1)
    .toLowerCase();
  return asked ?? tableFormats.find((format) => format === ending) ?? 'jsonl';
}

export const csvHeader = csvLine(Object.keys(answerColumns));

/** One record of CSV (RFC 4180), without its end. */
export function csvAnswer(answer: Answer): string {
  return csvLine(Object.values(answerColumns).map(({ of }) => of(answer)));
}
