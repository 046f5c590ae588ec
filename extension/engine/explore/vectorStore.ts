import { open, readFile, type FileHandle } from 'node:fs/promises';
import { AppError, messageOf } from '../../protocol/appError';
import type { Vectors } from '../learn/vectors';

/** Bytes of a text's key: the start of its SHA-256. */
export const keyBytes = 16;

/**
 * Vectors of texts on disk, found by the text itself: labels, order and other texts may change without anything being computed
 * anew. Records of [key, vector of length 1] follow each other; one whose vector is not of length 1 is torn, and its text is not
 * known. What a killed process left half written at the end is written over. Two processes that fill one file write records of
 * the same length, so that at worst some are lost and computed again.
 */
export class VectorStore {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly recordBytes: number,
    private end: number,
    private readonly known: Map<string, Float32Array>,
  ) {}

  /** @param size numbers of a vector */
  static async open(path: string, size: number): Promise<VectorStore> {
    const recordBytes = keyBytes + size * Float32Array.BYTES_PER_ELEMENT;
    const file = await open(path, 'a+').then(async (made) => {
      await made.close();
      return open(path, 'r+');
    });
    const bytes = await readFile(path);
    const whole = bytes.length - (bytes.length % recordBytes);
    const known = new Map<string, Float32Array>();
    for (let at = 0; at < whole; at += recordBytes) {
      const from = bytes.byteOffset + at;
      const vector = new Float32Array(bytes.buffer.slice(from + keyBytes, from + recordBytes));
      if (isWhole(vector)) known.set(bytes.toString('hex', at, at + keyBytes), vector);
    }
    return new VectorStore(path, file, recordBytes, whole, known);
  }

  get(key: string): Float32Array | undefined {
    return this.known.get(key);
  }

  /**
   * Keeps the vectors of these texts.
   * @throws AppError('explore/not-kept') when they are known only as long as this process lives
   */
  async add(keys: readonly string[], { size, data }: Vectors): Promise<void> {
    const bytes = Buffer.alloc(keys.length * this.recordBytes);
    keys.forEach((key, i) => {
      const vector = data.slice(i * size, (i + 1) * size);
      bytes.write(key, i * this.recordBytes, 'hex');
      bytes.set(new Uint8Array(vector.buffer), i * this.recordBytes + keyBytes);
      this.known.set(key, vector);
    });
    const written = await this.file.write(bytes, 0, bytes.length, this.end).catch(messageOf);
    if (typeof written === 'string' || written.bytesWritten < bytes.length) {
      const why = typeof written === 'string' ? written : 'no space left';
      throw new AppError(
        'explore/not-kept',
        `${this.path} cannot be written (${why}); free space, or allow it.`,
      );
    }
    this.end += bytes.length;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Not NaN either. */
function isWhole(vector: Float32Array): boolean {
  return Math.abs(vector.reduce((sum, value) => sum + value * value, 0) - 1) < 0.01;
}
