import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../protocol/appError';
import { readJsonLines } from '../sources/jsonLines';
import { count } from './figures';
import type { Terminal } from './terminal';

/**
 * Copies the test texts into the run's folder, without those whose label is learned from: on these a model would be
 * measured by what it was told.
 *
 * @returns the copy
 * @throws AppError('data/...'), AppError('cli/no-test-texts') when none is left
 */
export async function testTexts(
  testFile: string,
  dataFile: string,
  runDir: string,
  terminal: Terminal,
): Promise<string> {
  const learned = new Set<string>();
  for await (const { text, label } of readJsonLines(dataFile)) if (label !== undefined) learned.add(text);

  let kept = 0;
  let left = 0;
  async function* rows(): AsyncGenerator<string> {
    for await (const { text, label, line } of readJsonLines(testFile)) {
      if (label === undefined) {
        throw new AppError(
          'cli/test-label',
          `${testFile}, line ${line}: there is no "label" to measure against.`,
        );
      }
      if (learned.has(text)) left += 1;
      else {
        kept += 1;
        yield `${JSON.stringify({ text, label })}\n`;
      }
    }
  }
  const copy = join(runDir, 'test.jsonl');
  await pipeline(Readable.from(rows()), createWriteStream(copy));
  if (kept === 0)
    throw new AppError('cli/no-test-texts', `${testFile} has no text that is not learned from.`);
  if (left > 0)
    terminal.err.write(
      `Left out of the test, because their labels are learned from: ${count(left, 'text')}.\n`,
    );
  return copy;
}
