import { expect, it } from 'vitest';
import { Rules } from '../../../extension/engine/committee/rules';

const labels = ['billing', 'delivery'];
const fitting = (rules: Record<string, string[]>, text: string) =>
  Rules.read(rules, labels)
    .fitting(text)
    .map(({ source }) => source);

it('takes words as whole words, in any case, in any script', () => {
  const rules = { billing: ['refund', 'zurück'], delivery: ['c++'] };
  expect(fitting(rules, 'REFUND, please')).toEqual(['refund']);
  expect(fitting(rules, 'refunded')).toEqual([]);
  expect(fitting(rules, 'Geld ZURÜCK!')).toEqual(['zurück']);
  expect(fitting(rules, 'written in c++')).toEqual(['c++']);
});

it('takes regular expressions', () => {
  expect(fitting({ delivery: ['/late|lost parcel/'] }, 'A lost parcel')).toEqual(['/late|lost parcel/']);
});

it('does not backtrack without end', () => {
  const begun = performance.now();
  expect(fitting({ billing: ['/^(a+)+$/'] }, `${'a'.repeat(5000)}!`)).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(2000);
});

it('says nothing where no rule fits', () => {
  const { data } = Rules.read({ billing: ['refund'] }, labels).answers(['a refund', 'hello']);
  expect(data[0]).toBeGreaterThan(0.9);
  expect([...data.subarray(2)]).toEqual([0.5, 0.5]);
});

it.each([
  [{ other: ['x'] }, 'other'],
  [{ billing: [' '] }, 'empty'],
  [{ billing: ['/(/'] }, '/(/'],
  [{ billing: ['x'.repeat(501)] }, 'shorten'],
])('refuses %j in a sentence', (rules, word) => {
  expect(() => Rules.read(rules, labels)).toThrow(word);
});
