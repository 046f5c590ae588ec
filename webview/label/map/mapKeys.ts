/** What each key does on the map, beside the labels' keys and the panel's own. */
import type { KeyPress } from '../keys';
import type { Direction } from './geometry';

export type MapAction =
  /** To the nearest point that way; `far`: over a part of the screen. */
  | { readonly do: 'go'; readonly direction: Direction; readonly far: boolean }
  | { readonly do: 'grow' | 'shrink' | 'toggle' | 'open' | 'in' | 'out' | 'whole' };

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const plain: Readonly<Record<string, MapAction>> = {
  ' ': { do: 'toggle' },
  Enter: { do: 'open' },
  '+': { do: 'in' },
  '=': { do: 'in' },
  '-': { do: 'out' },
  _: { do: 'out' },
  Home: { do: 'whole' },
};

/** @param labelKeys a label's own key goes before everything else */
export function mapAction(
  { key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress,
  labelKeys: ReadonlyMap<string, string>,
): MapAction | undefined {
  if (altKey) return undefined;
  const direction = directions[key];
  const isFar = ctrlKey || metaKey;
  if (direction !== undefined) {
    if (!shiftKey) return { do: 'go', direction, far: isFar };
    return { do: direction === 'right' || direction === 'up' ? 'grow' : 'shrink' };
  }
  return isFar || (!shiftKey && labelKeys.has(key.toLowerCase())) ? undefined : plain[key];
}
