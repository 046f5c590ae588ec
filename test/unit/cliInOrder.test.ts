import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../extension/cli/inOrder';

/** Numbers from 0; `taken` counts those that were asked for. */
function counted(most: number): { taken: number; source: AsyncIterable<number> } {
  const counter = { taken: 0, source: numbers() };
  async function* numbers(): AsyncGenerator<number> {
    while (counter.taken < most) yield counter.taken++;
  }
  return counter;
}

describe('inOrder', () => {
  it('works on several at once and keeps their order', async () => {
    const { source } = counted(50);
    let [under, most] = [0, 0];
    const results: number[] = [];
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++under);
      await setTimeout((item * 7) % 5);
      under -= 1;
      return item * 10;
    };
    for await (const result of inOrder(source, work, 4)) results.push(result);
    expect(results).toEqual([...Array(50).keys()].map((item) => item * 10));
    expect(most).toBe(4);
  });

  it('takes no more than it was told, however slowly results are taken', async () => {
    const counter = counted(1000);
    for await (const result of inOrder(counter.source, async (item) => item, 3)) {
      await setTimeout(2);
      expect(counter.taken).toBeLessThanOrEqual(result + 6);
      if (result === 30) break;
    }
  });

  it('gives a result while the next item is still to come', async () => {
    async function* slow(): AsyncGenerator<string> {
      yield 'first';
      await setTimeout(60_000, undefined, { ref: false });
    }
    const { value } = await inOrder(slow(), async (item) => item, 4).next();
    expect(value).toBe('first');
  });

  it('throws what the source or the work throws, after the results before it', async () => {
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('torn');
    }
    const results: number[] = [];
    const taking = async (source: AsyncIterable<number>, work: (item: number) => Promise<number>) => {
      for await (const result of inOrder(source, work, 4)) results.push(result);
    };
    await expect(taking(broken(), async (item) => item)).rejects.toThrow('torn');
    await expect(
      taking(counted(5).source, async (item) => {
        if (item === 2) throw new Error('lost');
        await setTimeout(5);
        return item;
      }),
    ).rejects.toThrow('lost');
    expect(results).toEqual([1, 0, 1]);
  });
});
