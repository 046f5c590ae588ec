import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { jsonRows } from '../../protocol/jsonLines';
import { keyBytes } from './vectorStore';

/** Texts are read while others get their places, and each piece of the file waits for its turn: few pieces. Bytes. */
const pieceBytes = 2 * 1024 * 1024;

interface Found {
  /** Start of the text's SHA-256, in hex: found by it, and in an order that says nothing about the text. */
  readonly key: string;
  /** Rows of the file that have it, from 0. */
  readonly rows: [number, ...number[]];
  readonly text: string;
  label?: string;
  /** Somebody has decided that it is none of the labels. */
  none?: true;
}

/** A text that is looked at. Rows with the same text are one. */
export type KeyedText = Readonly<Found>;

/**
 * Reads JSON Lines of {"text", "label"?, "none"?}, in the order of the keys: whatever is made of the texts does not depend on the order
 * in which they stand.
 * @throws AppError('data/...') naming the file and line
 */
export async function readTexts(dataFile: string): Promise<KeyedText[]> {
  const byKey = new Map<string, Found>();
  let row = 0;
  const bytes = createReadStream(dataFile, { highWaterMark: pieceBytes });
  for await (const { text, label, none } of jsonRows(bytes, dataFile)) {
    const key = createHash('sha256')
      .update(text)
      .digest('hex')
      .slice(0, 2 * keyBytes);
    const known = byKey.get(key);
    const found: Found = known ?? { key, rows: [row], text };
    if (known) known.rows.push(row);
    else byKey.set(key, found);
    if (label !== undefined) found.label ??= label;
    if (none) found.none = none;
    row += 1;
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
