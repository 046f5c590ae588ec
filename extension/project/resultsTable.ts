/** Results as a table for other programs. */
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { tablePieces, type OutColumns, type TableFormat } from '../sources/tablePieces';
import { Breaths } from './breaths';
import { writeAtomically } from './durable';
import type { StoredPrediction } from './predictionLine';

/** A result, and the label that a person gave the text. */
export interface ResultRow {
  readonly result: StoredPrediction;
  readonly given?: string | undefined;
}

/** The same names as those of the command line's answers, as far as both have them. */
const columns: OutColumns<ResultRow> = {
  file: { type: 'text', of: ({ result }) => result.path },
  line: { type: 'whole', of: ({ result }) => result.line },
  part: { type: 'text', of: ({ result }) => result.part },
  label: { type: 'text', of: ({ result }) => result.label },
  score: { type: 'real', of: ({ result }) => result.score },
  runnerUp: { type: 'text', of: ({ result }) => result.runnerUp?.label },
  runnerUpScore: { type: 'real', of: ({ result }) => result.runnerUp?.score },
  abstained: { type: 'truth', of: ({ result }) => result.abstained },
  given: { type: 'text', of: ({ given }) => given },
  model: { type: 'text', of: ({ result }) => result.model },
  excerpt: { type: 'text', of: ({ result }) => inert(result.excerpt) },
};

/**
 * The file appears whole or not at all.
 *
 * @throws AppError('results/not-exported'), CancelledError
 */
export async function writeResults(
  file: string,
  format: TableFormat,
  rows: Iterable<ResultRow>,
  signal?: AbortSignal,
): Promise<void> {
  const breaths = new Breaths(signal);
  async function* breathing(): AsyncGenerator<ResultRow> {
    for (const row of rows) {
      await breaths.breathe();
      yield row;
    }
  }
  try {
    await writeAtomically(file, tablePieces(format, columns, breathing()));
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new AppError(
      'results/not-exported',
      `${file} cannot be written (${messageOf(error)}); choose another place, or free space.`,
      { cause: error },
    );
  }
}

/** Anybody may have written the text: no program for tables shall take its beginning for a formula. */
function inert(text: string): string {
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}
