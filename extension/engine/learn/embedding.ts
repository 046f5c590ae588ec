import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { buildEncoder, meanPool, textInputs, type Encoder } from '../encoders/encoder';
import { readingBatches, type Window } from '../encoders/tokenBatches';
import { weightedWindows } from '../encoders/windowWeights';
import { Graph } from '../graph/graph';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { floats } from '../runtime/tensor';
import { inEightBits } from './inEightBits';
import { normaliseRows, type Vectors } from './vectors';

interface EmbeddingPlace {
  readonly padId: number;
  readonly device: SessionDevice;
  /** Whether products by weights are computed in 8 bits, where the device gains by it. */
  readonly eightBit: boolean;
  /**
   * What is computed goes here batch by batch, so that a run that was interrupted computes none of it again. The
   * file belongs to exactly these windows and this model: the caller names it by their digest.
   */
  readonly cacheFile?: string;
}

/**
 * Mean-pooled vectors of length 1 from the base model; a text of several windows gets their weighted mean.
 * @returns [texts, hidden]
 */
export async function embedWindows(
  encoder: Encoder,
  windowsOf: readonly (readonly Window[])[],
  { cacheFile, padId, device, eightBit }: EmbeddingPlace,
  signal: AbortSignal,
  onProgress: (tokens: number, of: number) => void | Promise<void> = () => undefined,
): Promise<Vectors> {
  const size = encoder.hiddenSize;
  const items = windowsOf.flatMap(weightedWindows);
  const windows = items.map(({ window }) => window);
  const total = windows.reduce((a, { length }) => a + length, 0);
  const vectors = { size, data: new Float32Array(windowsOf.length * size) };
  const add = (item: number, row: Float32Array): void => {
    const { text = 0, weight = 0 } = items[item] ?? {};
    for (let j = 0, at = text * size; j < size; j++, at++) {
      vectors.data[at] = (vectors.data[at] as number) + weight * (row[j] as number);
    }
  };

  const cache = cacheFile === undefined ? undefined : await VectorCache.open(cacheFile);
  let session: Session | undefined;
  let done = 0;
  try {
    for (const { batch, feeds } of readingBatches(windows, padId)) {
      signal.throwIfAborted();
      let rows = cache?.next(batch.length * size);
      if (!rows) {
        session ??= await Session.create(
          modelBytes(inEightBits(embeddingGraph(encoder), { device, eightBit })),
          { device },
        );
        rows = floats((await session.run(feeds))['embedding']);
        normaliseRows({ size, data: rows });
        await cache?.write(rows);
      }
      for (const [row, item] of batch.entries()) add(item, rows.subarray(row * size, (row + 1) * size));
      done += batch.reduce((a, i) => a + (windows[i]?.length ?? 0), 0);
      await onProgress(done, total);
      await new Promise(setImmediate);
    }
  } finally {
    await session?.dispose();
    await cache?.close();
  }
  normaliseRows(vectors);
  return vectors;
}

/**
 * Vectors of earlier batches in a file. Each batch has its place, so what a killed process left half written is written over,
 * and two runs that fill one file write the same.
 */
class VectorCache {
  /** Numbers before the place of the next batch. */
  private used = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly known: Float32Array,
  ) {}

  static async open(path: string): Promise<VectorCache> {
    const known = await readFloats(path);
    return new VectorCache(await open(path, constants.O_RDWR | constants.O_CREAT), known);
  }

  /** The next `count` numbers; undefined when they are not there. */
  next(count: number): Float32Array | undefined {
    if (this.used + count > this.known.length) return undefined;
    this.used += count;
    return this.known.slice(this.used - count, this.used);
  }

  async write(rows: Float32Array): Promise<void> {
    await this.file.write(rows, 0, rows.byteLength, this.used * rows.BYTES_PER_ELEMENT);
    this.used += rows.length;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

async function readFloats(path: string): Promise<Float32Array> {
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
  const text = textInputs(g);
  const layers = Array.from({ length: encoder.layers }, (_, i) => i);
  const { hidden } = buildEncoder(g, encoder, { ...text, layers });
  g.output(meanPool(g, hidden, text.attentionMask), 'embedding');
  return g;
}
