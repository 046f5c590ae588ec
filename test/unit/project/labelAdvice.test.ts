import { expect, it } from 'vitest';
import { labelAdvice } from '../../../extension/project/labelAdvice';

const counts = (...numbers: readonly number[]) =>
  numbers.map((count, at) => ({ label: `l${at + 1}`, count }));

it.each([
  ['the label that has fewest, up to ten', counts(12, 7, 9), { count: 3, label: 'l2' }],
  ['one that has none', counts(10, 10, 0), { count: 10, label: 'l3' }],
  ['one that has few beside the others', counts(100, 14), { count: 36, label: 'l2' }],
  ['any, where all have enough', counts(40, 31, 25), { count: 10 }],
] as const)('advises %s', (_, given, advice) => expect(labelAdvice(given)).toEqual(advice));
