import { describe, expect, it } from 'vitest';
import { noLabel, type MapMarks, type PanelMap } from '../../../extension/protocol/labelPanelApi';
import { groupPlaces } from '../../../webview/label/map/groupPlaces';
import { mapAction } from '../../../webview/label/map/mapKeys';
import { labelStyle, stylePoints, type PointStyle } from '../../../webview/label/map/pointStyles';
import { chosen, countsOf, toggled } from '../../../webview/label/map/selection';
import { shapeOf } from '../../../webview/label/map/shapes';

const labels = ['bug', 'feature'].map((name, at) => ({
  name,
  colour: `var(--vscode-nanonet-label${at + 1})`,
}));
const marks: MapMarks = {
  drawn: 1,
  labels: ['bug', 'feature', 'gone label'],
  given: [0, 1, 2, noLabel.open, noLabel.none, noLabel.skipped, noLabel.open, noLabel.gone],
  suggested: [0, 0, 0, 1, 0, 0, 1, -1],
  scores: [0.9, 0.9, 0.9, 0.95, 0.9, 0.4, 0.4, 0],
  unsure: [0, 0, 0, 0, 0, 1, 1, 0],
  missing: 0,
};
const styles = (by: Parameters<typeof stylePoints>[2]): (PointStyle | undefined)[] => {
  const { styles: all, style } = stylePoints(marks, labels, by);
  return [...style].map((number) => all[number]);
};

describe('points', () => {
  it('that are labelled look alike in every colouring, and each label has a shape of its own', () => {
    for (const by of ['label', 'suggestion', 'score'] as const) {
      const [bug, feature] = styles(by);
      expect(bug).toEqual(labelStyle(labels[0] ?? { colour: '' }, 0));
      expect([bug?.isHollow, feature?.isHollow]).toEqual([false, false]);
      expect(bug?.shape).not.toBe(feature?.shape);
    }
  });

  it('that are suggested are hollow in the label’s shape; what the model is unsure of has no label’s colour', () => {
    const [, feature, , suggested, , skipped, unsure] = styles('suggestion');
    expect(suggested).toMatchObject({ shape: feature?.shape, colour: feature?.colour, isHollow: true });
    expect(unsure?.colour).not.toMatch(/label/);
    expect(skipped).toEqual(unsure);
  });

  it('that are open tell nothing of the model while labels are shown', () => {
    const [, , , open, none, skipped, other] = styles('label');
    expect(open).toEqual(other);
    expect(new Set([open?.shape, none?.shape, skipped?.shape]).size).toBe(3);
  });

  it('stand out the more the less sure the model is', () => {
    const [, , , sure, , , unsure] = styles('score');
    expect(unsure?.radius).toBeGreaterThan(sure?.radius ?? Infinity);
  });

  it('of 64 labels have as many looks', () => {
    const looks = Array.from({ length: 64 }, (_, at) => `${shapeOf(at)} ${at % 8}`);
    expect(new Set(looks).size).toBe(64);
  });
});

describe('a selection', () => {
  it('is begun anew, added to, or taken from', () => {
    const before = new Set([1, 2]);
    expect([...chosen(before, [3], 'instead')]).toEqual([3]);
    expect([...chosen(before, [2, 3], 'and')]).toEqual([1, 2, 3]);
    expect([...chosen(before, [2, 3], 'without')]).toEqual([1]);
    expect([...toggled(before, [2, 3])]).toEqual([1, 2, 3]);
    expect([...toggled(before, [1, 2])]).toEqual([]);
  });

  it('counts its texts by label, and says how many are decided', () => {
    const counts = countsOf(new Set([1, 0, 3, 4, 5, 6]), marks);
    expect(counts).toEqual({
      all: 6,
      decided: 3,
      byMark: [
        [0, 1],
        [1, 1],
        [noLabel.open, 2],
        [noLabel.none, 1],
        [noLabel.skipped, 1],
      ],
    });
  });
});

it('a group is named where most of its texts are', () => {
  const map: PanelMap = {
    drawn: 1,
    ids: ['a', 'b', 'c', 'd'],
    x: [0.1, 0.2, 0.9, 0.5],
    y: [0.1, 0.2, 0.9, 0.5],
    group: [0, 0, 0, 1],
    groups: [{ words: ['one', 'two', 'three'] }, { words: ['four'] }, { words: ['empty'] }],
    leftOut: 0,
  };
  expect(groupPlaces(map)).toEqual([
    { group: 0, name: 'one, two', points: [0, 1, 2], x: 0.2, y: 0.2 },
    { group: 1, name: 'four', points: [3], x: 0.5, y: 0.5 },
  ]);
});

it('a label’s own key goes before a key of the map; arrows are the map’s', () => {
  const press = (key: string, more = {}) => ({
    ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false },
    ...more,
  });
  const keys = new Map([['-', 'minus']]);
  expect(mapAction(press('-'), keys)).toBeUndefined();
  expect(mapAction(press('-'), new Map())).toEqual({ do: 'out' });
  expect(mapAction(press('ArrowUp'), keys)).toEqual({ do: 'go', direction: 'up', far: false });
  expect(mapAction(press('ArrowUp', { ctrlKey: true }), keys)).toEqual({
    do: 'go',
    direction: 'up',
    far: true,
  });
  expect(mapAction(press('ArrowUp', { shiftKey: true }), keys)).toEqual({ do: 'grow' });
  expect(mapAction(press('ArrowLeft', { shiftKey: true }), keys)).toEqual({ do: 'shrink' });
  expect(mapAction(press('ArrowLeft', { altKey: true }), keys)).toBeUndefined();
  expect(mapAction(press('1'), keys)).toBeUndefined();
});
