import { describe, expect, it } from 'vitest';
import type { CorpusText } from '../../../extension/project/corpus';
import { hashOf } from '../../../extension/project/labelEntry';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { LabelQueue } from '../../../extension/project/labelQueue';
import { fits } from '../../../extension/project/textFilter';
import { fileOrder, randomOrder } from '../../../extension/project/textOrder';
import type { TextFilter } from '../../../extension/protocol/labelPanelApi';
import { random } from './randomJournal';
import { counting, workspace } from './workspace';

const texts: CorpusText[] = ['a', 'b', 'c', 'd'].map((name) => ({
  id: `${name}.txt`,
  path: `${name}.txt`,
  text: `the text ${name}`,
  hash: hashOf(`the text ${name}`),
}));

async function desk(): Promise<{ queue: LabelQueue; say: (label?: string) => Promise<void> }> {
  const journal = await LabelJournal.open(await workspace(), 'mail', counting());
  const queue = new LabelQueue(() => journal.state);
  queue.fill(texts, await fileOrder.arrange(texts));
  const say = async (label = 'x'): Promise<void> => {
    const { current } = queue;
    if (current) await journal.label(current, label);
    queue.advance();
  };
  return { queue, say };
}

describe('the tally', () => {
  const filters: TextFilter[] = [
    { show: 'open' },
    { show: 'labelled' },
    { show: 'labelled', label: 'x' },
    { show: 'noted' },
    { show: 'all', words: 'a' },
  ];

  it.each([1, 2, 3])('is what counting all texts gives, whatever is said (seed %i)', async (seed) => {
    const draw = random(seed);
    const one = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
    const journal = await LabelJournal.open(await workspace(), 'mail', counting());
    const queue = new LabelQueue(() => journal.state);
    queue.fill(texts, []);
    const says: (() => Promise<unknown>)[] = [
      () => journal.say([{ target: one(texts), said: { op: 'label', label: one(['x', 'y']) } }]),
      // The same place with another text, and the same text at another place.
      () => journal.label({ path: one(texts).path, text: one(texts).text }, one(['x', 'y'])),
      () => journal.label({ path: 'elsewhere.txt', text: one(texts).text }, 'x'),
      () =>
        journal.say([{ target: one(texts), said: one([{ op: 'none' }, { op: 'skip' }, { op: 'clear' }]) }]),
      () => journal.say([{ target: one(texts), said: { op: 'note', note: one(['', 'n']) } }]),
      () => journal.undo(),
      () => journal.redo(),
    ];
    for (let step = 0; step < 80; step += 1) {
      await one(says)();
      if (step % 7 === 0) queue.ask(one(filters));
      const { state } = journal;
      const decided = (what: string): number =>
        texts.filter((text) => state.decisionOn(text) === what).length;
      expect(queue.tally, `step ${step}`).toMatchObject({
        decided: { label: decided('label'), none: decided('none'), skip: decided('skip') },
        left: texts.filter((text) => fits(text, queue.filter, state)).length,
      });
    }
  });
});

describe('LabelQueue', () => {
  it('shows each open text once, in order, and then none', async () => {
    const { queue, say } = await desk();
    const seen: (string | undefined)[] = [];
    expect(queue.next(5).map(({ id }) => id)).toEqual(['b.txt', 'c.txt', 'd.txt']);
    for (let step = 0; step < 5; step += 1) {
      seen.push(queue.current?.id);
      await say();
    }
    expect(seen).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt', undefined]);
    expect(queue.tally).toMatchObject({ left: 0, decided: { label: 4, none: 0, skip: 0 } });
  });

  it('goes back any number of steps, and then on to where it was', async () => {
    const { queue, say } = await desk();
    await say();
    await say();
    expect([queue.back(), queue.current?.id]).toEqual([true, 'b.txt']);
    expect([queue.back(), queue.current?.id]).toEqual([true, 'a.txt']);
    expect([queue.back(), queue.current?.id]).toEqual([false, 'a.txt']);
    expect(queue.next(2).map(({ id }) => id)).toEqual(['c.txt', 'd.txt']);
    await say('y');
    expect(queue.current?.id).toBe('c.txt');
  });

  it('keeps the text that is shown when texts come and go', async () => {
    const { queue, say } = await desk();
    await say();
    queue.fill(texts.slice(1), []);
    expect(queue.current?.id).toBe('b.txt');
    queue.fill(texts.slice(2), []);
    expect(queue.current?.id).toBe('c.txt');
  });

  it('filters by what was decided, by words and by place', async () => {
    const { queue, say } = await desk();
    await say('x');
    await say('y');
    queue.ask({ show: 'labelled', label: 'y' });
    expect(queue.current?.id).toBe('b.txt');
    queue.ask({ show: 'all', words: 'TEXT d' });
    expect([queue.current?.id, queue.tally.left]).toEqual(['d.txt', 1]);
    queue.ask({ show: 'all', path: 'nowhere/' });
    expect(queue.current).toBeUndefined();
    queue.ask({ show: 'open' });
    expect(queue.current?.id).toBe('c.txt');
  });

  it('draws a random order that is the same again, and another for another seed', async () => {
    const many = Array.from({ length: 50 }, (_, at) => ({ id: `${at}`, hash: hashOf(`${at}`) }));
    const ids = async (seed: number) => (await randomOrder(seed).arrange(many)).map(({ id }) => id);
    expect(await ids(1)).toEqual(await ids(1));
    expect(await ids(1)).not.toEqual(await ids(2));
    expect((await ids(1)).toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  });
});
