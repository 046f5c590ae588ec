/** What each key does on the label panel. A label's own key goes before everything else. */
import type { PanelLabel } from '../../extension/protocol/labelPanelApi';

export type Tool = 'search' | 'filter' | 'keys' | 'note' | 'set' | 'similar' | 'people';

export type Action =
  | { readonly do: 'label'; readonly label: string }
  | { readonly do: 'none' | 'skip' | 'accept' | 'back' | 'undo' | 'redo' | 'open' | 'map' }
  | { readonly do: 'tool'; readonly tool: Tool };

/** What of a KeyboardEvent counts. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat'>;

/** For labels that have no key of their own, in order; without 0 and the letters of the tools. */
const spareKeys = [...'123456789', ...'abcdeghijkqrtuvwxyz'];

const toolKeys: Readonly<Record<string, Action>> = {
  '/': { do: 'tool', tool: 'search' },
  '?': { do: 'tool', tool: 'keys' },
  f: { do: 'tool', tool: 'filter' },
  l: { do: 'tool', tool: 'set' },
  m: { do: 'map' },
  n: { do: 'tool', tool: 'note' },
  o: { do: 'open' },
  p: { do: 'tool', tool: 'people' },
  s: { do: 'tool', tool: 'similar' },
};

const plainKeys: Readonly<Record<string, Action>> = {
  '0': { do: 'none' },
  ' ': { do: 'skip' },
  Enter: { do: 'accept' },
  Backspace: { do: 'back' },
};

/** Key -> label name: its own, else a spare one. */
export function keysOf(labels: readonly Pick<PanelLabel, 'name' | 'key'>[]): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { name, key } of labels) if (key !== undefined) keys.set(key.toLowerCase(), name);
  const spare = spareKeys.filter((key) => !keys.has(key));
  for (const { name, key } of labels) {
    const given = key === undefined ? spare.shift() : undefined;
    if (given !== undefined) keys.set(given, name);
  }
  return keys;
}

/** The editor's own chords begin so; their second key is not the panel's. */
const chordMs = 5000;

/** Hears every key press. */
export class Keys {
  private chordSince = -Infinity;

  /**
   * @param labelKeys `keysOf` the labels
   * @param now milliseconds of a clock that only goes forward
   */
  action(press: KeyPress, labelKeys: ReadonlyMap<string, string>, now: number): Action | undefined {
    const { key, ctrlKey, metaKey, altKey, shiftKey, repeat } = press;
    if (key === 'Control' || key === 'Meta' || key === 'Alt' || key === 'Shift') return undefined;
    const isSecond = now - this.chordSince < chordMs;
    this.chordSince = -Infinity;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    if (ctrlKey || metaKey || altKey) {
      if (!altKey && letter === 'z') return { do: shiftKey ? 'redo' : 'undo' };
      if (!altKey && letter === 'y') return { do: 'redo' };
      if (letter === 'k' || (altKey && letter === 'n')) this.chordSince = now;
      return undefined;
    }
    // A key that is held would label texts that nobody has read.
    if (isSecond || repeat) return undefined;
    const label = shiftKey ? undefined : labelKeys.get(letter);
    if (label !== undefined) return { do: 'label', label };
    return plainKeys[key] ?? toolKeys[letter];
  }
}
