import { expect, it } from 'vitest';
import { bytes, clock, duration, layerRanges, percent, short, timeLeft } from '../../../webview/train/format';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

it.each([
  [percent(0.29), '29 %'],
  [percent(0.999), '99 %'],
  [percent(1), '100 %'],
  [bytes(999), '999 B'],
  [bytes(44_812_311), '44.8 MB'],
  [bytes(999_600_000), '1 GB'],
  [short(36_864), '36.9 K'],
  [short(22_713_216), '22.7 M'],
  [short(412.6), '413'],
  [short(7.46), '7.5'],
  [duration(161_400), '2 min 41 s'],
  [duration(3_900_000), '1 h 5 min'],
  [clock(52_900), '0:52'],
  [clock(3_729_000), '1:02:09'],
  [timeLeft(3000), 'a few seconds left'],
  [timeLeft(41_000), 'about 50 s left'],
  [timeLeft(58_000), 'about 1 min left'],
  [timeLeft(3_570_000), 'about 1 h left'],
  [timeLeft(7_140_000), 'about 2 h left'],
  [timeLeft(4_300_000), 'about 1 h 10 min left'],
  [layerRanges([0, 1, 2, 3, 4, 5]), '0–5'],
  [layerRanges([0, 2, 4]), '0, 2, 4'],
  [layerRanges([0, 1, 5]), '0, 1, 5'],
])('%s', (formatted, wanted) => expect(plain(formatted)).toBe(wanted));
