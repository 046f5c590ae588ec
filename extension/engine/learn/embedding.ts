import { open, readFile } from 'node:fs/promises';
import { buildEncoder, meanPool, type Encoder } from '../encoders/encoder';
import { batchesByLength, tokenFeeds, type Window } from '../encoders/tokenBatches';
import { Graph } from '../graph/graph';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { floats } from '../runtime/tensor';
import { normaliseRows, type Vectors } from './vectors';

/** Tokens of one batch, padding included. */
const tokenBudget = 4096;

/**
 * Mean-pooled vectors of length 1 from the base model; a text of several windows gets their mean. What is
 * computed goes to `cacheFile` batch by batch, so that a run that was interrupted computes none of it again.
 * The file belongs to exactly these windows and this model: the caller names it by their digest.
 * @returns [texts, hidden]
 */
export async function embedTexts(
  encoder: Encoder,
  windowsOf: readonly (readonly Window[])[],
  { cacheFile, padId, device }: { cacheFile: string; padId: number; device: SessionDevice },
  onProgress: (tokens: number, of: number) => void,
  signal: AbortSignal,
): Promise<Vectors> {
  const size = encoder.hiddenSize;
  const items = windowsOf.flatMap((windows, text) => windows.map((window) => ({ text, window })));
  const lengths = items.map(({ window }) => window.length);
  const batches = batchesByLength(lengths, tokenBudget);
  const total = lengths.reduce((a, b) => a + b, 0);
  const vectors = { size, data: new Float32Array(windowsOf.length * size) };
  const add = (item: number, row: Float32Array): void => {
    const at = (items[item]?.text ?? 0) * size;
    for (let j = 0; j < size; j++) vectors.data[at + j] = (vectors.data[at + j] as number) + (row[j] as number);
  };

  const cached = await readCached(cacheFile);
  const file = await open(cacheFile, 'a');
  let session: Session | undefined;
  let done = 0;
  let written = 0;
  try {
    for (const batch of batches) {
      signal.throwIfAborted();
      const floatsOfBatch = batch.length * size;
      let rows = cached.subarray(written, written + floatsOfBatch);
      if (rows.length < floatsOfBatch) {
        // The last batch of a killed process may be torn: what follows the whole ones is written anew.
        if (session === undefined) await file.truncate(written * 4);
        session ??= await Session.create(modelBytes(embeddingGraph(encoder)), { device });
        const windows = batch.map((i) => items[i]?.window ?? []);
        const { inputIds, attentionMask } = tokenFeeds(windows, padId);
        const outputs = await session.run({ input_ids: inputIds, attention_mask: attentionMask });
        rows = floats(outputs['embedding']);
        normaliseRows({ size, data: rows });
        await file.write(rows);
      }
      written += floatsOfBatch;
      batch.forEach((item, row) => add(item, rows.subarray(row * size, (row + 1) * size)));
      done += batch.reduce((a, i) => a + (lengths[i] ?? 0), 0);
      onProgress(done, total);
    }
  } finally {
    await session?.dispose();
    await file.close();
  }
  normaliseRows(vectors);
  return vectors;
}

async function readCached(path: string): Promise<Float32Array> {
  try {
    const bytes = await readFile(path);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Float32Array();
    throw error;
  }
}

function embeddingGraph(encoder: Encoder): Graph {
  const g = new Graph();
  const inputIds = g.input('input_ids', 'int64', ['batch', 'tokens']);
  const attentionMask = g.input('attention_mask', 'int64', ['batch', 'tokens']);
  const layers = Array.from({ length: encoder.layers }, (_, i) => i);
  const { hidden } = buildEncoder(g, encoder, { inputIds, attentionMask, layers });
  g.output(meanPool(g, hidden, attentionMask), 'embedding');
  return g;
}
