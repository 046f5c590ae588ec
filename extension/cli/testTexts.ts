import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../protocol/appError';
import { givenClass } from '../protocol/engineApi';
import { jsonRows } from '../protocol/jsonLines';
import { copyRows, type ColumnOptions } from './dataFile';
import { count } from './figures';
import type { Terminal } from './terminal';

/**
 * Copies the test texts into the run's folder, without those whose label is learned from: on these a model would be
 * measured by what it was told.
 *
 * @param dataFile what is learned from, as the engine reads it
 * @returns the copy
 * @throws AppError('cli/...'), AppError('cli/no-test-texts') when none is left
 */
export async function testTexts(
  testFile: string,
  dataFile: string,
  runDir: string,
  columns: ColumnOptions,
  terminal: Terminal,
): Promise<string> {
  const learned = new Set<string>();
  for await (const row of jsonRows(createReadStream(dataFile), dataFile))
    if (givenClass(row) !== undefined) learned.add(row.text);

  let left = 0;
  const keep = (text: string): boolean => {
    if (learned.has(text)) left += 1;
    return !learned.has(text);
  };
  const copy = join(runDir, 'test.jsonl');
  const kept = await copyRows(testFile, copy, { ...columns, labelled: true, keep }, terminal);
  if (kept === 0)
    throw new AppError('cli/no-test-texts', `${testFile} has no text that is not learned from.`);
  if (left > 0)
    terminal.err.write(
      `Left out of the test, because their labels are learned from: ${count(left, 'text')}.\n`,
    );
  return copy;
}
