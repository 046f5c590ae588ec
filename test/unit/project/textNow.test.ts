import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SourceDefinition } from '../../../extension/project/classifier';
import { hashOf } from '../../../extension/project/labelEntry';
import { textNow } from '../../../extension/project/textNow';
import { workspace } from './workspace';

const sources: SourceDefinition[] = [
  { kind: 'csv', glob: 'other.csv', text: 'body' },
  { kind: 'csv', glob: 'rows.csv', text: 'text' },
];

it('reads a text again as it was classified, and none that has changed', async () => {
  const root = await workspace({ 'a.txt': 'one', 'rows.csv': 'text\nfirst\nsecond\n' });
  const file = { path: 'a.txt', hash: hashOf('one') };
  const row = { path: 'rows.csv', part: 'row 2', hash: hashOf('second') };
  expect(await textNow(root, sources, file)).toBe('one');
  expect(await textNow(root, sources, row)).toBe('second');
  expect(await textNow(root, sources, { ...row, part: 'row 3' })).toBeUndefined();
  await writeFile(join(root, 'a.txt'), 'two');
  await writeFile(join(root, 'rows.csv'), 'text\nfirst\nthird\n');
  expect(await textNow(root, sources, file)).toBeUndefined();
  expect(await textNow(root, sources, row)).toBeUndefined();
});
