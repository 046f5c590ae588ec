import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batches } from '../../extension/cli/batches';
import { readTextFile } from '../../extension/cli/textFile';
import type { PlacedText } from '../../extension/cli/texts';
import { textsOf } from '../../extension/cli/texts';
import { AppError, messageOf } from '../../extension/protocol/appError';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Bytes in pieces of a size that cuts characters and lines apart. */
async function* pieces(text: string, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(inputs: string[], stdin = ''): Promise<{ texts: PlacedText[]; errors: string[] }> {
  const texts: PlacedText[] = [];
  const errors: string[] = [];
  const onUnreadable = (error: unknown): void => {
    if (!AppError.is(error)) throw error;
    errors.push(messageOf(error));
  };
  for await (const text of textsOf(inputs, pieces(stdin), readTextFile, onUnreadable)) texts.push(text);
  return { texts, errors };
}

describe('texts to classify', () => {
  it('takes a line of standard input as a text, and counts blank ones', async () => {
    const { texts } = await read(['-'], 'Grüße\r\n\n  {not json}\nlast');
    expect(texts).toEqual([
      { place: { line: 1 }, text: 'Grüße' },
      { place: { line: 3 }, text: '  {not json}' },
      { place: { line: 4 }, text: 'last' },
    ]);
  });

  it('takes JSON Lines on standard input for what they are', async () => {
    const { texts } = await read(['-'], '\n{"text":"a\\nb","id":"x"}\n{"text":"ü","label":"known"}\n');
    expect(texts).toEqual([
      { place: { line: 2, id: 'x' }, text: 'a\nb' },
      { place: { line: 3 }, text: 'ü' },
    ]);
  });

  it('keeps to plain lines when the first line only begins like JSON', async () => {
    const { texts } = await read(['-'], '{"no": "text"}\n{"text":"a"}\n');
    expect(texts.map(({ text }) => text)).toEqual(['{"no": "text"}', '{"text":"a"}']);
  });

  it('reads nothing from an empty input', async () => {
    expect(await read(['-'], '')).toEqual({ texts: [], errors: [] });
  });

  it('says where JSON Lines break', async () => {
    const { texts, errors } = await read(['-'], '{"text":"a"}\n{"text":');
    expect(texts).toHaveLength(1);
    expect(errors).toEqual([expect.stringContaining('line 2')]);
  });

  it('takes a file as a text and a .jsonl file as many, and goes on after a bad one', async () => {
    const [note, rows, image] = ['note.txt', 'rows.jsonl', 'image.png'].map((name) => join(folder, name));
    await writeFile(note ?? '', 'two\nlines\n');
    await writeFile(rows ?? '', '{"text":"a"}\n{"text":"b"}\n');
    await writeFile(image ?? '', Buffer.from([0x89, 0x50, 0, 0, 1, 2, 3]));
    const { texts, errors } = await read([image, join(folder, 'missing'), folder, note, rows].map(String));
    expect(texts).toEqual([
      { place: { file: note }, text: 'two\nlines\n' },
      { place: { file: rows, line: 1 }, text: 'a' },
      { place: { file: rows, line: 2 }, text: 'b' },
    ]);
    expect(errors).toHaveLength(3);
    expect(errors[0]).toBe(`${image}: it is a binary file.`);
  });
});

describe('batches', () => {
  const atMost = (size: number) => (batch: readonly unknown[]) => batch.length >= size;

  it('fills them where items come fast', async () => {
    async function* numbers(): AsyncGenerator<number> {
      for (let i = 0; i < 10; i++) yield i;
    }
    const seen: number[][] = [];
    for await (const batch of batches(numbers(), atMost(4))) seen.push(batch);
    expect(seen).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it('gives what is there where items come slowly, and loses none', async () => {
    async function* slow(): AsyncGenerator<number> {
      for (let i = 0; i < 6; i++) {
        if (i === 3) await new Promise((resolve) => setTimeout(resolve, 200));
        yield i;
      }
    }
    const seen: number[][] = [];
    for await (const batch of batches(slow(), atMost(100), 50)) seen.push(batch);
    expect(seen).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('reads one item ahead and no more', async () => {
    let read = 0;
    async function* counted(): AsyncGenerator<number> {
      for (;;) yield read++;
    }
    for await (const batch of batches(counted(), atMost(5))) {
      expect(batch).toHaveLength(5);
      break;
    }
    expect(read).toBeLessThanOrEqual(6);
  });

  it('throws what the source throws', async () => {
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('torn');
    }
    const all = async (): Promise<void> => {
      for await (const batch of batches(broken(), atMost(1))) {
        expect(batch).toEqual([1]);
        await new Promise((resolve) => setTimeout(resolve, 20)); // it breaks while nobody waits
      }
    };
    await expect(all()).rejects.toThrow('torn');
  });
});
