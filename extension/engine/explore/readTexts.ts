import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { jsonRows } from '../../protocol/jsonLines';
import { keyBytes } from './vectorStore';

/** A text that is looked at. Rows with the same text are one. */
export interface KeyedText {
  /** Start of the text's SHA-256, in hex: found by it, and in an order that says nothing about the text. */
  readonly key: string;
  /** Rows of the file that have it, from 0. */
  readonly rows: readonly [number, ...number[]];
  readonly text: string;
  readonly label?: string;
}

/**
 * Reads JSON Lines of {"text", "label"?}, in the order of the keys: whatever is made of the texts does not depend on the order
 * in which they stand.
 * @throws AppError('data/...') naming the file and line
 */
export async function readTexts(dataFile: string): Promise<KeyedText[]> {
  const byKey = new Map<string, { key: string; rows: [number, ...number[]]; text: string; label?: string }>();
  let row = 0;
  for await (const { text, label } of jsonRows(createReadStream(dataFile), dataFile)) {
    const key = createHash('sha256')
      .update(text)
      .digest('hex')
      .slice(0, 2 * keyBytes);
    const known = byKey.get(key);
    if (known) {
      known.rows.push(row);
      if (label !== undefined) known.label ??= label;
    } else byKey.set(key, { key, rows: [row], text, ...(label !== undefined && { label }) });
    row += 1;
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
