/** Weight files of Hugging Face: https://github.com/huggingface/safetensors#format */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../protocol/appError';
import type { TensorData } from '../graph/graph';
import { bfloat16ToFloat32, float16ToFloat32 } from './halfFloats';
import { parseHeader, type TensorEntry } from './safetensorsHeader';

/** A float32 tensor that was read. */
export interface Weight extends TensorData {
  readonly type: 'float32';
  readonly data: Float32Array;
}

/** An open file; tensors are read when they are asked for. Whoever opens it closes it. */
export class Safetensors {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly dataStart: number,
    private readonly entries: ReadonlyMap<string, TensorEntry>,
    readonly metadata: Readonly<Record<string, string>>,
  ) {}

  /**
   * Reads the header and checks it against the file.
   * @throws AppError('encoders/safetensors') naming the file and what is wrong
   */
  static async open(path: string): Promise<Safetensors> {
    const file = await openFile(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw broken(path, 'it is no file');
      const { size } = stat;
      const length = Number(new DataView(await readAt(file, 0, 8, path)).getBigUint64(0, true));
      // A hundred megabytes is the format's own limit.
      if (length > Math.min(size - 8, 100_000_000)) {
        throw broken(path, `its header should be ${length} bytes long, the file has ${size}`);
      }
      const bytes = await readAt(file, 8, length, path);
      const { entries, metadata } = parseHeader(bytes, size - 8 - length, (reason) => broken(path, reason));
      return new Safetensors(path, file, 8 + length, entries, metadata);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Names in the order of the header. */
  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Sizes of a tensor, without reading it; undefined when there is none of that name. */
  shape(name: string): readonly number[] | undefined {
    return this.entries.get(name)?.shape;
  }

  /**
   * Reads one tensor as float32.
   * @throws AppError('encoders/safetensors') when there is none of that name, or its type is not a float
   */
  async tensor(name: string): Promise<Weight> {
    const entry = this.entries.get(name);
    if (!entry) throw broken(this.path, `it has no tensor "${name}"`);
    const decode = decoders[entry.dtype];
    if (!decode) throw broken(this.path, `tensor "${name}" is ${entry.dtype}, not F32, F16 or BF16`);
    const bytes = await readAt(this.file, this.dataStart + entry.start, entry.end - entry.start, this.path);
    return { type: 'float32', shape: entry.shape, data: decode(bytes) };
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Reads and checks a file's header. @throws AppError('encoders/safetensors') */
export function readSafetensors(path: string): Promise<Safetensors> {
  return Safetensors.open(path);
}

/** Writes float32 tensors; the file appears whole or not at all. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const [name, { type, shape, data }] of tensors) {
    if (type !== 'float32') throw new Error(`Tensor "${name}" is ${type}; only float32 is written.`);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Data begins at a multiple of 8 bytes; the header is filled up with spaces, as the format asks.
  const start = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true);
  start.set(text, 8);

  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(start);
      for (const { data } of tensors.values()) {
        await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Weight files are little-endian, and so is every platform that onnxruntime-node has a binary for. */
const decoders: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array>> = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => float16ToFloat32(new Uint16Array(bytes)),
  BF16: (bytes) => bfloat16ToFloat32(new Uint16Array(bytes)),
};

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new AppError(
      'encoders/safetensors',
      `${path} cannot be opened; choose a folder with a model's weights.`,
      {
        cause: error,
      },
    );
  }
}

async function readAt(
  file: FileHandle,
  position: number,
  length: number,
  path: string,
): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(new Uint8Array(buffer), done, length - done, position + done);
    if (bytesRead === 0) throw broken(path, `it ends after ${position + done} bytes`);
    done += bytesRead;
  }
  return buffer;
}

function broken(path: string, reason: string): AppError {
  return new AppError(
    'encoders/safetensors',
    `${path} is not a whole safetensors file: ${reason}; copy or download it again.`,
  );
}
