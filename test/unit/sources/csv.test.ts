import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csvRecordTexts } from '../../../extension/sources/csvRecords';
import { readSource } from '../../../extension/sources/sources';
import { textLines } from '../../../extension/sources/textLines';
import { random } from '../project/randomJournal';
import { workspace } from '../project/workspace';

async function read(content: string) {
  return readSource(await workspace({ 'a.csv': content }), {
    kind: 'csv',
    glob: 'a.csv',
    text: 'body',
    label: 'kind',
  });
}

const unclosed = 'a quote is opened here and not closed; write it twice where it is meant as a character';
const row = '"good, text",x\n';

describe('a row that cannot be read is one problem, and the rest goes on', () => {
  it.each([
    ['a quote that nothing closes', '"bad,x\n', row.repeat(3)],
    ['a quote that nothing closes, in the last column', 'bad,"x\n', row.repeat(3)],
    ['the same among rows without quotes', '"bad,x\n', 'good text,x\n'.repeat(3)],
    ['the same among rows with doubled quotes', '"bad,x\n', '"good ""text""",x\n'.repeat(3)],
    ['the same in the last row', '"bad,x\n', ''],
  ])('%s', async (_, bad, after) => {
    const { texts, problems } = await read(`body,kind\n${row}${row}${bad}${after}`);
    expect(problems).toEqual([{ path: 'a.csv', line: 4, reason: `row 3: ${unclosed}` }]);
    expect(texts.map(({ part }) => part)).toEqual(
      ['row 1', 'row 2', 'row 4', 'row 5', 'row 6'].slice(0, after === '' ? 2 : 5),
    );
  });

  it('a row of 3 MB, on one line and on many', async () => {
    for (const cell of ['x'.repeat(3_000_000), `${'x'.repeat(99)}\n`.repeat(30_000)]) {
      const { texts, problems } = await read(`body,kind\n${row}"${cell}",x\n${row}`);
      expect(problems).toEqual([
        { path: 'a.csv', line: 3, reason: 'row 2: it is longer than two million characters' },
      ]);
      expect(texts.map(({ part }) => part)).toEqual(['row 1', 'row 3']);
    }
  });

  it('a row of names that cannot be read ends the file', async () => {
    const { texts, problems } = await read(`body,"kind\n${row}`);
    expect(texts).toEqual([]);
    expect(problems).toEqual([{ path: 'a.csv', line: 1, reason: `the row of names: ${unclosed}` }]);
  });

  it.each([
    ['rows with a stray quote each', '"bad,x\nb,x\n'],
    ['lines that open a quote from within and without', 'b",x,"\n'],
    ['quotes alone', '"\n'],
    ['doubled quotes', '"""\n'],
  ])(
    'and the time is that of reading the file a few times: %s',
    async (_, lines) => {
      // Of the processor: the machine may have other work.
      const before = process.cpuUsage();
      await read(`body,kind\n${row}${lines.repeat(40_000)}"${'x'.repeat(1_500_000)}\ny"z,x\n`);
      expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
    },
    60_000,
  );
});

it('line ends of every system', async () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const { texts, problems } = await read(['body,kind', '"a, b",x', 'c,y', ''].join(end));
    expect(problems).toEqual([]);
    expect(texts.map(({ text, label }) => [text, label])).toEqual([
      ['a, b', 'x'],
      ['c', 'y'],
    ]);
  }
});

it('finds the records that the parser finds', async () => {
  const draw = random(1);
  const options = { relax_quotes: true, relax_column_count: true, record_delimiter: ['\n', '\r\n'] };
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from(
      { length: 1 + Math.floor(draw() * 30) },
      () => '"",,ab\r\n'[Math.floor(draw() * 8)],
    ).join('');
    const pieces = (async function* () {
      yield text;
    })();
    for await (const item of csvRecordTexts(textLines(pieces, 100), ',')) {
      if ('text' in item) expect(parse(item.text, options)).toHaveLength(1);
    }
  }
});
