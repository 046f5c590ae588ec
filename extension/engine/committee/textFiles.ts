/** The run's files of lines: the texts that are read, and what is written about each. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { jsonRows } from '../../protocol/jsonLines';

/** The words of the texts, by row: what a data set does not keep. */
export async function readTexts(file: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of jsonRows(createReadStream(file), file)) texts.push(text);
  return texts;
}

/** Writes a line of JSON for each text; the file appears whole or not at all. */
export async function writeLines(
  file: string,
  texts: readonly number[],
  of: (text: number) => object,
): Promise<void> {
  function* lines(): Generator<string> {
    for (const text of texts) yield `${JSON.stringify(of(text))}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
}
