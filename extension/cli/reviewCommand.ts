import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { DoubtfulLabel, Review, ReviewParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import type { JsonRow } from '../protocol/jsonLines';
import { withEngine } from './engine';
import { count, percent } from './figures';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { jsonOption, wholeNumber } from './options';
import { excerpt, leftColumns, placeOf, rowsOf } from './rows';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFile, needFolder } from './usageError';

interface ReviewOptions {
  readonly count: number;
  readonly seed: number;
  readonly base?: string;
  readonly json?: boolean;
}

/** Nobody waits before a terminal without seeing that something happens. */
const patienceMs = 2000;

/** `nanonet review`: which of the given labels may be wrong. */
export function reviewCommand(installation: Installation, terminal: Terminal): Command {
  return new Command('review')
    .summary('say which labels may be wrong')
    .description(
      'Reads DATA, JSON Lines with "text" and, where known, "label", and prints the labels that the other labels speak against,\n' +
        'the least believable first; ! marks those that are counted as wrong. No model is needed.',
    )
    .argument('<data>', 'JSON Lines with "text" and an optional "label"')
    .addOption(new Option('--count <n>', 'how many').argParser(wholeNumber).default(20))
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same answer').argParser(wholeNumber).default(1),
    )
    .option('--base <dir>', 'base model, a Hugging Face folder (default: the embedded all-MiniLM-L6-v2)')
    .addOption(jsonOption())
    .action(async (data: string, options: ReviewOptions) => {
      needFile(data, 'The data file');
      const base = options.base ?? installation.base;
      needFolder(base, 'The base model', 'config.json');
      const dataFile = resolve(data);
      const params = {
        dataFile,
        cacheDir: `${dataFile}.explore`,
        base: resolve(base),
        count: options.count,
        seed: options.seed,
        patienceMs,
      };
      const review = await interruptible((signal) =>
        withEngine(installation, terminal, (engine) => settled(engine, params, terminal, signal)),
      );
      const rows = await rowsOf(dataFile, new Set(review.doubts.map(({ row }) => row)));
      const doubts = review.doubts.map((doubt) => ({ ...(rows.get(doubt.row) as JsonRow), ...doubt }));
      const found = { ...review, doubts };
      await writeLine(terminal.out, options.json === true ? JSON.stringify(found) : reviewText(found));
    });
}

/** Asks until all labelled texts have their places. */
async function settled(
  engine: EngineClient,
  params: ReviewParams,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Review> {
  for (;;) {
    const found = await engine.review(params, { signal });
    if (found.settled) return found;
    terminal.err.write(`Read ${found.placed} of ${count(found.of, 'labelled text')}.\n`);
  }
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
