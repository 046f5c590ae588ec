import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { jsonRows } from '../../protocol/jsonLines';
import { keyBytes } from './vectorStore';

/** A text that is looked at. Rows with the same text are one. */
export interface KeyedText {
  /** Start of the text's SHA-256, in hex: found by it, and in an order that says nothing about the text. */
  readonly key: string;
  /** First row of the file that has it, from 0. */
  readonly row: number;
  readonly text: string;
  readonly label?: string;
}

/**
 * Reads JSON Lines of {"text", "label"?}, in the order of the keys: whatever is made of the texts does not depend on the order
 * in which they stand.
 * @throws AppError('data/...') naming the file and line
 */
export async function readTexts(dataFile: string): Promise<KeyedText[]> {
  const byKey = new Map<string, KeyedText>();
  let row = 0;
  for await (const { text, label } of jsonRows(createReadStream(dataFile), dataFile)) {
    const key = createHash('sha256')
      .update(text)
      .digest('hex')
      .slice(0, 2 * keyBytes);
    const known = byKey.get(key);
    if (!known) byKey.set(key, { key, row, text, ...(label !== undefined && { label }) });
    else if (known.label === undefined && label !== undefined) byKey.set(key, { ...known, label });
    row += 1;
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
