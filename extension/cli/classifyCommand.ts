import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError, messageOf } from '../protocol/appError';
import type { ReadingParams } from '../protocol/engineApi';
import { AnswerCount } from './answerCount';
import { AnswerFile } from './answerFile';
import { csvAnswer, csvHeader, formatOf, formatOption, type AnswerFormat } from './answerFormat';
import { isFull, labelsOf, type Answer } from './answering';
import { writeTable } from './answerTable';
import { batches } from './batches';
import { columnOptions, type ColumnOptions } from './dataFile';
import { answersHere, withEngines } from './engines';
import { count } from './figures';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { modelDigest } from './modelDigest';
import {
  atLeastOne,
  jsonOption,
  readingOptions,
  readingFrom,
  wholeNumber,
  type ReadingOptions,
} from './options';
import { queueAddress, queueOption, type QueueAddress } from './queueAddress';
import { openQueue, withRedis } from './queueConnection';
import { QueueSender } from './queueSender';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { textsOf, type PlacedText } from './texts';
import { needFolder, usageError } from './usageError';

/** A file of the wrong form has as many problems as rows. */
const mostTold = 20;
const mostJobs = 64;

interface ClassifyOptions extends ReadingOptions, ColumnOptions {
  readonly out?: string;
  readonly format?: AnswerFormat;
  readonly resume?: true;
  readonly jobs: number;
  readonly failOn?: readonly string[];
  readonly queue?: string;
  readonly inFlight: number;
}

/** `nanonet classify`: an answer a text, in the order that the texts came in. */
export function classifyCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('classify')
    .summary('label texts with a model')
    .description(
      'Prints one JSON line a text: its file or line, label, score, runner-up, and whether the model is unsure ' +
        '("abstained"), or a row of a table with the same columns. A file is one text, a mailbox has one a message, and a folder is its files; a CSV, TSV, JSON, JSON Lines or Parquet file has one a row, and standard input ' +
        '(-) has one a line, or JSON Lines. A pattern such as "logs/**/*.csv" is what it finds. Exits with 3 when a text has a label of --fail-on. Texts stay on this computer, unless --queue names a ' +
        'Redis: then they go there, and to the workers that take them from it (`nanonet worker`). A password for it may be in NANONET_QUEUE_PASSWORD.',
    )
    .argument('<model>', "the model's folder")
    .argument('[files...]', 'files, folders and patterns, or - for standard input', ['-'])
    .addOption(jsonOption().hideHelp()) // always so; given for symmetry with the other commands
    .addOption(new Option('--out <file>', 'write there instead of printing'))
    .addOption(formatOption())
    .addOption(new Option('--resume', 'go on with the file of --out: the same model and texts as before'))
    .addOption(
      new Option('--jobs <n>', 'processes that share the texts and the processor; the answers are the same')
        .argParser(numberOfJobs)
        .default(1),
    )
    .addOption(
      new Option(
        '--fail-on <label>',
        'exit with 3 when a text has this label; may be given more than once',
      ).argParser((label: string, before: readonly string[] = []) => [...before, label]),
    )
    .addOption(
      queueOption('let workers read the texts, which this Redis takes to them: redis:// or rediss://'),
    )
    .addOption(
      new Option(
        '--in-flight <shards>',
        'with --queue: parts of at most 256 texts that are on their way at once',
      )
        .argParser(atLeastOne)
        .default(32),
    )
    .action(async (model: string, files: string[], options: ClassifyOptions) => {
      needFolder(model, 'The model', 'config.json');
      if (options.resume && options.out === undefined) throw usageError('--resume needs the file of --out.');
      if (formatOf(options.format, options.out) === 'parquet' && options.out === undefined)
        throw usageError('Parquet has its index at its end and is not printed: name a file with --out.');
      await needLabels(model, options.failOn ?? []);
      if (options.queue !== undefined && (options.device !== undefined || options.jobs > 1))
        throw usageError('With --queue the workers read: give them --device, and --concurrency for --jobs.');
      const address = options.queue === undefined ? undefined : queueAddress(options.queue);
      const reading = { modelDir: resolve(model), ...readingFrom(options) };
      await classify(reading, address, files, options, installation, terminal);
    });
  for (const option of [...columnOptions(), ...readingOptions()]) command.addOption(option);
  return command;
}

async function classify(
  reading: ReadingParams,
  address: QueueAddress | undefined,
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
  const format = formatOf(options.format, options.out);
  const place = options.out === undefined ? undefined : placeOf(options.out, format, options.resume === true);
  const file = place === undefined ? undefined : await AnswerFile.open(place, options.resume === true);
  const show = format === 'csv' ? csvAnswer : (answer: Answer): string => JSON.stringify(answer);
  // Scores differ in their last digits with the batch that a text is read in: they are to be the same however often a command was
  // stopped, and by however many processes. Where lines come as they are typed, an answer is not kept waiting.
  const waitMs = !file && !address && inputs.includes('-') ? undefined : Infinity;
  const counted = new AnswerCount(terminal.err);
  const tally = (answers: readonly Answer[]): void => {
    for (const { label, abstained } of answers) {
      const count = failed.get(label);
      if (count !== undefined && !abstained) failed.set(label, count + 1);
    }
  };
  async function* unanswered(): AsyncGenerator<PlacedText[]> {
    for await (const batch of batches(texts, isFull, waitMs)) {
      const known = await file?.before(batch);
      if (known) tally(known);
      else yield batch;
    }
  }
  const write = async (answered: AsyncIterable<readonly Answer[]>): Promise<void> => {
    if (!file && format === 'csv') await writeLine(terminal.out, csvHeader);
    for await (const answers of answered) {
      tally(answers);
      if (file) {
        await file.add(answers.map((answer) => JSON.stringify(answer)));
        counted.add(answers.length);
      } else await writeLine(terminal.out, answers.map(show).join('\n'));
    }
    await file?.finish();
  };
  try {
    if (address)
      await overQueue(address, reading, options.inFlight, terminal, (sender) =>
        write(sender.answers(unanswered())),
      );
    else
      await withEngines(installation, terminal, options.jobs, (engines) =>
        write(answersHere(unanswered(), engines, reading)),
      );
  } finally {
    counted.end();
    await file?.close();
  }
  if (place !== undefined && options.out !== undefined && format !== 'jsonl') {
    await writeTable(place, options.out, format);
    await rm(place, { force: true });
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

/**
 * Where answers are gathered: a table of another format is made of them when they are whole.
 *
 * @throws AppError('cli/usage') when the table is there
 */
function placeOf(out: string, format: AnswerFormat, resume: boolean): string {
  if (format === 'jsonl') return out;
  const place = `${out}.part`;
  // A command that was killed after it had made the table has left both.
  if (existsSync(out) && !(resume && existsSync(place)))
    throw usageError(`${out} is there already, and whole; another --out leaves it as it is.`);
  return place;
}

/** @throws InvalidArgumentError */
function numberOfJobs(value: string): number {
  const jobs = wholeNumber(value);
  if (jobs >= 1 && jobs <= mostJobs) return jobs;
  throw new InvalidArgumentError(`'${value}' is not a number from 1 to ${mostJobs}.`);
}

/** Ctrl-C takes back what is on its way. */
async function overQueue(
  address: QueueAddress,
  { modelDir, fast }: ReadingParams,
  inFlight: number,
  terminal: Terminal,
  work: (sender: QueueSender) => Promise<void>,
): Promise<void> {
  const say = (line: string): void => void terminal.err.write(`${line}\n`);
  const model = await modelDigest(modelDir, fast);
  await interruptible(
    (signal) =>
      withRedis(address, terminal, async (redis, library) => {
        const queue = openQueue(redis, library, model);
        const worker = `nanonet worker${fast ? ' --fast' : ''}`;
        await work(new QueueSender(queue, { model, worker, inFlight, signal, say }));
      }),
    () => {
      process.stdin.destroy(); // nobody waits for more
      say('Stopping: what is on its way to workers is taken back.');
    },
  );
}

/** @throws AppError('cli/usage') when the model never says such a label */
async function needLabels(model: string, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  const known = await labelsOf(model);
  const unknown = labels.find((label) => !known.includes(label));
  if (unknown !== undefined)
    throw usageError(`The model has no label “${unknown}” to fail on; it has ${known.join(', ')}.`);
}
