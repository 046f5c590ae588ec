import { expect, test } from 'vitest';
import { Keys, keysOf, type KeyPress } from '../../../webview/label/keys';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...more };
}

const labels = keysOf([{ name: 'newsletter', key: 'n' }, { name: 'spam' }, { name: 'other', key: '1' }]);

test('labels without a key get the first that is free', () => {
  expect([...labels]).toEqual([
    ['n', 'newsletter'],
    ['1', 'other'],
    ['2', 'spam'],
  ]);
  const many = keysOf(Array.from({ length: 40 }, (_, at) => ({ name: `l${at}` })));
  expect(many.size).toBe(28);
  for (const reserved of ['0', 'f', 'l', 'm', 'n', 'o', 'p', 's']) expect(many.has(reserved)).toBe(false);
});

test("a label's own key goes before a tool's, which Shift still reaches", () => {
  const keys = new Keys();
  expect(keys.action(press('n'), labels, 0)).toEqual({ do: 'label', label: 'newsletter' });
  expect(keys.action(press('N', { shiftKey: true }), labels, 0)).toEqual({ do: 'tool', tool: 'note' });
  expect(keys.action(press('f'), labels, 0)).toEqual({ do: 'tool', tool: 'filter' });
  expect(keys.action(press('?', { shiftKey: true }), labels, 0)).toEqual({ do: 'tool', tool: 'keys' });
  expect(keys.action(press('x'), labels, 0)).toBeUndefined();
});

test('undo and redo are the same on every keyboard', () => {
  const keys = new Keys();
  expect(keys.action(press('z', { ctrlKey: true }), labels, 0)).toEqual({ do: 'undo' });
  expect(keys.action(press('Z', { metaKey: true, shiftKey: true }), labels, 0)).toEqual({ do: 'redo' });
  expect(keys.action(press('y', { ctrlKey: true }), labels, 0)).toEqual({ do: 'redo' });
});

test("the second key of the editor's chords is the editor's, until it is given up", () => {
  const keys = new Keys();
  const chord = press('n', { ctrlKey: true, altKey: true });
  expect(keys.action(chord, labels, 0)).toBeUndefined();
  expect(keys.action(press('Control'), labels, 50)).toBeUndefined();
  expect(keys.action(press('n'), labels, 100)).toBeUndefined();
  expect(keys.action(press('n'), labels, 200)).toEqual({ do: 'label', label: 'newsletter' });
  keys.action(chord, labels, 1000);
  expect(keys.action(press('n'), labels, 7000)).toEqual({ do: 'label', label: 'newsletter' });
});

test('a key that is held labels once', () => {
  expect(new Keys().action(press('1', { repeat: true }), labels, 0)).toBeUndefined();
});
