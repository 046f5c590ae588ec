import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noLabel, type MapMarks, type PanelMap } from '../../extension/protocol/labelPanelApi';
import type { CorpusText } from '../../extension/project/corpus';
import { hashOf } from '../../extension/project/labelEntry';
import { LabelJournal } from '../../extension/project/labelJournal';
import { LabelQueue } from '../../extension/project/labelQueue';
import { LabelMap } from '../../extension/vscode/panel/labelMap';
import { workspace } from './project/workspace';

const contents = ['one', 'two', 'one', 'three'];
const texts = contents.map((text, at) => ({ id: `${at}.txt`, path: `${at}.txt`, text, hash: hashOf(text) }));

/** A map of a real journal and queue; the engine has placed the texts so far. */
async function mapOn(placed: number): Promise<{
  map: LabelMap;
  journal: LabelJournal;
  queue: LabelQueue;
  drawn: PanelMap;
}> {
  const root = await workspace({ [join('.nanonet', 'topic', 'classifier.json')]: '{}' });
  const journal = await LabelJournal.open(root, 'topic');
  const queue = new LabelQueue(() => journal.state);
  queue.fill(texts as unknown as CorpusText[], []);
  const rows = [0, 1, 3].slice(0, placed);
  const found = {
    texts,
    map: {
      rows,
      x: rows.map((row) => row / 3),
      y: rows.map(() => 0.5),
      group: rows.map(() => 0),
      groups: [{ size: rows.length, words: ['number'] }],
      placed: rows.length,
      of: 3,
    },
  };
  const desk = {
    questions: { map: () => Promise.resolve(found) },
    project: { journal, classifier: { labels: [{ name: 'odd' }, { name: 'even' }] } },
    queue,
    suggestions: { model: undefined },
  };
  const map = new LabelMap(desk as unknown as ConstructorParameters<typeof LabelMap>[0]);
  const drawn = await map.draw(undefined, () => undefined, new AbortController().signal);
  return { map, journal, queue, drawn };
}

const marksOf = ({ given, labels, missing }: MapMarks) => ({ given, labels, missing });

it('equal texts are points in the same place; what the engine has not placed yet is missing', async () => {
  const whole = await mapOn(3);
  expect(whole.drawn.ids).toEqual(['0.txt', '1.txt', '2.txt', '3.txt']);
  expect(whole.drawn.x[2]).toBe(whole.drawn.x[0]);
  expect(whole.map.marks(false).missing).toBe(0);
  const part = await mapOn(2);
  expect(part.drawn.ids).toEqual(['0.txt', '1.txt', '2.txt']);
  expect(part.map.marks(false).missing).toBe(1);
});

it('marks are what the journal says now: labels by number, texts that are gone, labels that the set lacks', async () => {
  const { map, journal, queue } = await mapOn(3);
  await journal.label({ path: '1.txt', text: 'two' }, 'even');
  await journal.say([
    { target: { path: '3.txt', text: 'three' }, said: { op: 'none' } },
    { target: { path: '0.txt', text: 'one' }, said: { op: 'label', label: 'prime' } },
  ]);
  expect(marksOf(map.marks(false))).toEqual({
    given: [2, 1, 2, noLabel.none],
    labels: ['odd', 'even', 'prime'],
    missing: 0,
  });
  const { open } = noLabel;
  await journal.undo();
  expect(map.marks(false).given).toEqual([open, 1, open, open]);
  const others = [{ ...texts[0], id: 'new.txt', path: 'new.txt' }, ...texts.slice(1)];
  queue.fill(others as unknown as CorpusText[], []);
  expect(marksOf(map.marks(false))).toEqual({
    given: [noLabel.gone, 1, open, open],
    labels: ['odd', 'even'],
    missing: 1,
  });
});
