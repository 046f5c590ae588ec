import { tensorOf, type Encoder, type SharedPieces } from '../encoders/encoder';
import type { Window } from '../encoders/tokenBatches';
import type { SessionDevice } from '../runtime/session';
import { nearestRows } from './neighbours';
import { normaliseRows, pickRows } from './vectors';

/** Rows of embeddings in a small file, where they are most of it. */
const mostRows = 16_384;

/**
 * The pieces of the vocabulary that keep a row of their own: those that occur most often in the texts, and then those of
 * the lowest numbers, as vocabularies are in order of frequency. Each of the others takes the row that is nearest by
 * cosine: what the model never met while it learned, it reads as what is most like it.
 * @returns undefined where the vocabulary is small
 */
export async function sharedPieces(
  encoder: Encoder,
  windowsOf: readonly (readonly Window[])[],
  device: SessionDevice,
  signal: AbortSignal,
): Promise<SharedPieces | undefined> {
  const { shape, data } = tensorOf(encoder, encoder.family.pieceWeight);
  const [pieces = 0, size = 1] = shape;
  if (pieces <= mostRows) return undefined;
  const counts = new Uint32Array(pieces);
  for (const windows of windowsOf)
    for (const window of windows) for (const piece of window) counts[piece] = (counts[piece] ?? 0) + 1;
  const byUse = Array.from(counts, (_, piece) => piece).sort(
    (a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b,
  );
  const kept = byUse.slice(0, mostRows).sort((a, b) => a - b);
  const rare = byUse.slice(mostRows);
  const rows = { size, data: (data as Float32Array).slice() };
  normaliseRows(rows);
  const { indices } = await nearestRows(pickRows(rows, rare), pickRows(rows, kept), 1, device, signal);
  const rowOfPiece = new Int32Array(pieces);
  kept.forEach((piece, row) => (rowOfPiece[piece] = row));
  rare.forEach((piece, i) => (rowOfPiece[piece] = indices[i] ?? 0));
  return { kept, rowOfPiece };
}
