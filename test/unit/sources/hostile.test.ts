import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSource } from '../../../extension/sources/sources';
import { tableColumns } from '../../../extension/sources/tableColumns';
import { hostileFiles } from '../../hostile/mutations';
import { isSentence, readHostile } from '../../hostile/reading';
import { hostileReaders, type Row } from '../../hostile/readers';
import { random } from '../project/randomJournal';
import { workspace } from '../project/workspace';

/** The acceptance list makes 500 of real texts, and reads them in a process whose memory it watches. */
const files = 30;
const rows: readonly Row[] = Array.from({ length: 300 }, (_, at) => ({
  text: `Row ${at}: "the tap drips", she wrote; Grüße aus der Küche 😀${at % 7 === 0 ? '\nand a second line' : ''}`,
  label: at % 2 === 0 ? 'home' : 'other, things',
}));

it.each(hostileReaders.map((reader) => [reader.name, reader] as const))(
  '%s: a good file gives its texts, a hostile one texts or clear problems',
  async (_, reader) => {
    const root = await workspace();
    const path = join(root, `a.${reader.extension}`);
    const source = reader.source(`a.${reader.extension}`);
    await writeFile(path, await reader.make(rows, random(1)));
    const good = await readSource(root, source);
    expect(good.problems).toEqual([]);
    const last = rows.at(-1)?.text ?? '';
    expect(good.texts.at(-1)?.text.endsWith(reader.written?.(last) ?? last)).toBe(true);
    for await (const { mutation, bytes } of hostileFiles(reader, rows, files, random(7))) {
      await writeFile(path, bytes);
      expect({ mutation, ...(await readHostile(root, source)) }).toMatchObject({ mutation, faults: [] });
      if (!['csv', 'json'].includes(source.kind)) continue;
      const columns = await tableColumns(root, `a.${reader.extension}`);
      expect('reason' in columns ? isSentence(columns.reason) : columns.length > 0).toBe(true);
    }
    await rm(path);
  },
  240_000,
);
