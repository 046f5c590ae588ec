/** Answers as other programs read them: JSON Lines, CSV, Parquet. */
import { extname } from 'node:path';
import { Option } from 'commander';
import type { Answer } from './answering';

export type AnswerFormat = 'jsonl' | 'csv' | 'parquet';

const formats: readonly AnswerFormat[] = ['jsonl', 'csv', 'parquet'];

/** The columns of a table: where the text stands, and what the model says of it. */
export const answerColumns = {
  file: ({ file }) => file,
  line: ({ line }) => line,
  row: ({ row }) => row,
  part: ({ part }) => part,
  id: ({ id }) => id,
  label: ({ label }) => label,
  score: ({ score }) => score,
  runnerUp: ({ runnerUp }) => runnerUp?.label,
  runnerUpScore: ({ runnerUp }) => runnerUp?.score,
  abstained: ({ abstained }) => abstained,
} as const satisfies Readonly<Record<string, (answer: Answer) => string | number | boolean | undefined>>;

export function formatOption(): Option {
  return new Option(
    '--format <format>',
    'of the answers (default: by the ending of --out, else jsonl)',
  ).choices(formats);
}

/** What was asked for, or what the name of the file says. */
export function formatOf(asked: AnswerFormat | undefined, out: string | undefined): AnswerFormat {
  const ending = extname(out ?? '')
    .slice(1)
    .toLowerCase();
  return asked ?? formats.find((format) => format === ending) ?? 'jsonl';
}

export const csvHeader = csvLine(Object.keys(answerColumns));

/** One record of CSV (RFC 4180), without its end. */
export function csvAnswer(answer: Answer): string {
  return csvLine(Object.values(answerColumns).map((of) => of(answer)));
}

function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  return cells
    .map((cell = '') => {
      const text = String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
