/** What `suggest` and `review` have in common: a data file is read, and asked about until the answer stays. */
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ReviewParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import { columnOptions, copyRows, dataForms, namedAs, type ColumnOptions } from './dataFile';
import { withEngine } from './engine';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { baseOption, jsonOption, wholeNumber } from './options';
import type { Terminal } from './terminal';
import { needFile, needFolder } from './usageError';

/** As commander gives them. */
export interface ExploringOptions extends ColumnOptions {
  readonly count: number;
  readonly seed: number;
  readonly base?: string;
  readonly json?: boolean;
}

/** Nobody waits before a terminal without seeing that something happens. */
const patienceMs = 2000;

/** @param count how many unless it is said @param same what the same seed gives again */
export function exploringCommand(name: string, count: number, same: string): Command {
  const command = new Command(name)
    .argument('<data>', `${dataForms}: a text a row, with its label where that is known`)
    .addOption(new Option('--count <n>', 'how many').argParser(wholeNumber).default(count))
    .addOption(new Option('--seed <n>', `the same seed gives ${same}`).argParser(wholeNumber).default(1))
    .addOption(baseOption())
    .addOption(jsonOption());
  for (const option of columnOptions()) command.addOption(option);
  return command;
}

/**
 * Copies the rows of a data file beside it, where the engine also keeps what it finds out of them, and asks until all texts have
 * their places.
 *
 * @param waiting what is said as long as an answer is not the last one
 * @returns the last answer, and the copy, whose rows it names
 * @throws AppError('cli/...') of the file and the base model, AppError of the engine, CancelledError
 */
export async function explored<T extends { readonly settled: boolean }>(
  data: string,
  options: ExploringOptions,
  { installation, terminal }: { readonly installation: Installation; readonly terminal: Terminal },
  ask: (engine: EngineClient, params: ReviewParams, signal: AbortSignal) => Promise<T>,
  waiting: (answer: T) => string,
): Promise<{ readonly answer: T; readonly dataFile: string }> {
  needFile(data, 'The data file');
  const { base = installation.base, count, seed } = options;
  needFolder(base, 'The base model', 'config.json');
  const cacheDir = `${resolve(data)}.explore`;
  const dataFile = join(cacheDir, 'data.jsonl');
  await copyRows(data, dataFile, options, terminal);
  const params = { dataFile, cacheDir, base: resolve(base), count, seed, patienceMs };
  const settled = async (engine: EngineClient, signal: AbortSignal): Promise<T> => {
    for (;;) {
      const answer = await ask(engine, params, signal);
      if (answer.settled) return answer;
      terminal.err.write(`${waiting(answer)}\n`);
    }
  };
  const answer = await namedAs(new Map([[dataFile, data]]), () =>
    interruptible((signal) => withEngine(installation, terminal, (engine) => settled(engine, signal))),
  );
  return { answer, dataFile };
}
