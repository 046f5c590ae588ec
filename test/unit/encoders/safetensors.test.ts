import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32 } from '../../../extension/engine/encoders/halfFloats';
import { readSafetensors, writeSafetensors } from '../../../extension/engine/encoders/safetensors';
import type { TensorData } from '../../../extension/engine/graph/graph';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nanonet-safetensors-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A file with this header and data; `length` is what the file says its header's length is. */
async function file(header: unknown, data: Uint8Array, length?: number): Promise<string> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length ?? text.length));
  const path = join(dir, `${Math.random().toString(36).slice(2)}.safetensors`);
  await writeFile(path, Buffer.concat([start, text, data]));
  return path;
}

describe('readSafetensors', () => {
  it('reads 32-bit, 16-bit and brain floats as float32, and leaves other types alone', async () => {
    const path = await file(
      {
        __metadata__: { format: 'pt' },
        ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
        half: { dtype: 'F16', shape: [3], data_offsets: [8, 14] },
        brain: { dtype: 'BF16', shape: [1, 2], data_offsets: [14, 18] },
        // At an odd place: the file says where, not the element size.
        single: { dtype: 'F32', shape: [2], data_offsets: [18, 26] },
        nothing: { dtype: 'F32', shape: [0, 4], data_offsets: [26, 26] },
      },
      Buffer.concat([
        Buffer.alloc(8),
        Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x0001).buffer),
        Buffer.from(Uint16Array.of(0x3f80, 0xbfc0).buffer),
        Buffer.from(Float32Array.of(1.5, -2.25).buffer),
      ]),
    );
    const weights = await readSafetensors(path);
    expect(weights.names).toEqual(['ids', 'half', 'brain', 'single', 'nothing']);
    expect(weights.metadata).toEqual({ format: 'pt' });
    expect(weights.shape('brain')).toEqual([1, 2]);
    expect(await weights.tensor('half')).toEqual({
      type: 'float32',
      shape: [3],
      data: Float32Array.of(1, -2, 2 ** -24),
    });
    expect((await weights.tensor('brain')).data).toEqual(Float32Array.of(1, -1.5));
    expect((await weights.tensor('single')).data).toEqual(Float32Array.of(1.5, -2.25));
    expect((await weights.tensor('nothing')).data).toEqual(new Float32Array());
    await expect(weights.tensor('ids')).rejects.toThrow('tensor "ids" is I64, not F32, F16 or BF16');
    await expect(weights.tensor('absent')).rejects.toThrow('no tensor "absent"');
    await weights.close();
  });

  const four = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] };
  const data = new Uint8Array(16);
  it.each<[string, unknown, Uint8Array, number | undefined, string]>([
    ['a header beyond the file', { a: four }, data, 1e6, 'its header should be 1000000 bytes long'],
    ['an absurd header length', { a: four }, data, 2 ** 52, 'its header should be'],
    ['a header that is not JSON', '{"a": ', data, undefined, 'its header is not JSON'],
    ['a header that is an array', [], data, undefined, 'its header is not a JSON object'],
    [
      'a tensor without a shape',
      { a: { dtype: 'F32', data_offsets: [0, 16] } },
      data,
      undefined,
      'tensor "a"',
    ],
    ['a tensor that is null', { a: null }, data, undefined, 'tensor "a"'],
    ['an unknown type', { a: { ...four, dtype: 'F99' } }, data, undefined, 'the unknown type F99'],
    [
      'data beyond the file',
      { a: four },
      new Uint8Array(8),
      undefined,
      'tensor "a" lies at bytes 0 to 16 of 8',
    ],
    ['negative offsets', { a: { ...four, data_offsets: [-16, 0] } }, data, undefined, 'tensor "a"'],
    ['reversed offsets', { a: { ...four, data_offsets: [16, 0] } }, data, undefined, 'lies at bytes 16 to 0'],
    ['a fractional size', { a: { ...four, shape: [2.5, 2] } }, data, undefined, 'tensor "a"'],
    [
      'a shape of another size',
      { a: { ...four, shape: [2, 3] } },
      data,
      undefined,
      'needs 24 bytes and has 16',
    ],
    [
      'overlapping tensors',
      { a: four, b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] } },
      data,
      undefined,
      'tensors "a" and "b" overlap',
    ],
  ])('refuses %s in one sentence', async (_, header, bytes, length, reason) => {
    const path = await file(header, bytes, length);
    const error: unknown = await readSafetensors(path).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ name: 'AppError', code: 'encoders/safetensors' });
    expect(String(error)).toContain(path);
    expect(String(error)).toContain(reason);
  });

  it('refuses a file of a few bytes, and one that is not there', async () => {
    const path = join(dir, 'short');
    await writeFile(path, 'abc');
    await expect(readSafetensors(path)).rejects.toThrow('it ends after 3 bytes');
    await expect(readSafetensors(join(dir, 'absent'))).rejects.toThrow('absent cannot be opened');
    await expect(readSafetensors(dir)).rejects.toMatchObject({ name: 'AppError' });
  });
});

describe('writeSafetensors', () => {
  it('writes what is read back, at aligned places, and nothing beside it', async () => {
    const tensors = new Map<string, TensorData>([
      ['a.weight', { type: 'float32', shape: [2, 1], data: Float32Array.of(1, NaN) }],
      ['ümläut', { type: 'float32', shape: [], data: Float32Array.of(-0) }],
    ]);
    const path = join(dir, 'written.safetensors');
    await writeSafetensors(path, tensors, { step: '7' });
    const weights = await readSafetensors(path);
    expect(weights.metadata).toEqual({ format: 'pt', step: '7' });
    for (const [name, tensor] of tensors) expect(await weights.tensor(name)).toEqual(tensor);
    await weights.close();
    expect((await readdir(dir)).filter((name) => name.startsWith('written'))).toEqual([
      'written.safetensors',
    ]);
  });

  it('leaves the old file when it cannot write', async () => {
    const bad = new Map<string, TensorData>([
      ['a', { type: 'int64', shape: [1], data: BigInt64Array.of(1n) }],
    ]);
    await expect(writeSafetensors(join(dir, 'bad'), bad)).rejects.toThrow('only float32');
    await expect(writeSafetensors(join(dir, 'no', 'folder'), new Map())).rejects.toThrow();
    expect((await readdir(dir)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});

describe('16-bit floats', () => {
  it('are exact for every value', () => {
    const all = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);
    const values = float16ToFloat32(all);
    expect(values[0x7bff]).toBe(65504);
    expect(values[0x0400]).toBe(2 ** -14);
    expect(values[0x03ff]).toBe(1023 * 2 ** -24);
    expect([values[0x7c00], values[0xfc00]]).toEqual([Infinity, -Infinity]);
    expect(values[0x7e00]).toBeNaN();
    expect(Object.is(values[0x8000], -0)).toBe(true);
    // Finite positive values ascend with their bits.
    expect(values.slice(0, 0x7c00).every((x, i, xs) => i === 0 || x > (xs[i - 1] ?? NaN))).toBe(true);
    const brain = bfloat16ToFloat32(Uint16Array.of(0x4049, 0x7f80, 0x0001));
    expect([...brain]).toEqual([3.140625, Infinity, 2 ** -133]);
  });
});
