import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { Vectors } from '../learn/vectors';

/** Bytes of a text's key: the start of its SHA-256. */
export const keyBytes = 16;

/**
 * Vectors of texts on disk, found by the text itself: labels, order and other texts may change without anything being computed
 * anew. Records of [key, vector] follow each other; what a killed process left half written at the end is written over. Two
 * processes that fill one file write records of the same length, so that at worst some are lost and computed again.
 */
export class VectorStore {
  private constructor(
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
      const vector = bytes.buffer.slice(
        bytes.byteOffset + at + keyBytes,
        bytes.byteOffset + at + recordBytes,
      );
      known.set(bytes.toString('hex', at, at + keyBytes), new Float32Array(vector));
    }
    return new VectorStore(file, recordBytes, whole, known);
  }

  get(key: string): Float32Array | undefined {
    return this.known.get(key);
  }

  /** Keeps the vectors of these texts. */
  async add(keys: readonly string[], { size, data }: Vectors): Promise<void> {
    const bytes = Buffer.alloc(keys.length * this.recordBytes);
    keys.forEach((key, i) => {
      const vector = data.slice(i * size, (i + 1) * size);
      bytes.write(key, i * this.recordBytes, 'hex');
      bytes.set(new Uint8Array(vector.buffer), i * this.recordBytes + keyBytes);
      this.known.set(key, vector);
    });
    await this.file.write(bytes, 0, bytes.length, this.end);
    this.end += bytes.length;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
