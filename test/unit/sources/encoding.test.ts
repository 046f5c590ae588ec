import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../extension/sources/decodeText';
import { readSource } from '../../../extension/sources/sources';
import { workspace } from '../project/workspace';

/** Encoding, text, and its bytes as another program (iconv-lite 0.6) wrote them, in base64. */
const samples: readonly (readonly [encoding: string, text: string, bytes: string])[] = [
  [
    'shift_jis',
    '昨日の夜、台所の蛇口から水が漏れ始めました。どなたか教えてください。',
    'jfCT+oLMlumBQZHkj4qCzI7WjPuCqYLnkIWCqphSguqOboLfgtyCtYK9gUKCx4LIgr2CqYuzgqaCxIKtgr6Cs4KigUI=',
  ],
  [
    'euc-jp',
    '昨日の夜、台所の蛇口から水が漏れ始めました。どなたか教えてください。',
    'uvLG/KTOzOuhosLmveqkzrzYuP2kq6Tpv+WkrM+zpOy7z6ThpN6kt6S/oaOkyaTKpL+kq7a1pKikxqSvpMCktaSkoaM=',
  ],
  [
    'gb18030',
    '昨天晚上厨房的水龙头开始漏水，请告诉我该怎么办。',
    '1/LM7M3tyc+z+Le/tcTLrsH6zbe/qsq8wqnLrqOsx+u45svfztK4w9T1w7Sw7KGj',
  ],
  [
    'big5',
    '昨天晚上廚房的水龍頭開始漏水，請告訴我該怎麼辦。',
    'rFGk0bHfpFe8cKnQqrqk9MBzwFm2falsunyk9KFBvdCnabZEp9q406vnu/K/7KFD',
  ],
  [
    'euc-kr',
    '어제 밤에 부엌 수도꼭지에서 물이 새기 시작했습니다.',
    'vu7BpiC547+hILrOvv0gvPa1tbLAwfa/obytILmwwMwgu/Wx4iC9w8Dbx9+9wLTPtNku',
  ],
  [
    'windows-1251',
    'Вчера вечером на кухне потёк кран, и я не знаю, кому звонить.',
    'wvfl8OAg4uX35fDu7CDt4CDq8/Xt5SDv7vK46iDq8ODtLCDoIP8g7eUg5+3g/iwg6u7s8yDn4u7t6PL8Lg==',
  ],
  [
    'koi8-r',
    'Вчера вечером на кухне потёк кран, и я не знаю, кому звонить.',
    '997F0sEg18XexdLPzSDOwSDL1cjOxSDQz9SjyyDL0sHOLCDJINEgzsUg2s7BwCwgy8/N1SDa18/OydTYLg==',
  ],
  [
    'iso-8859-7',
    'Χθες το βράδυ η βρύση στην κουζίνα άρχισε να στάζει.',
    '1+jl8iD07yDi8dzk9SDnIOLx/fPnIPP05+0g6u/15t/t4SDc8ffp8+Ug7eEg8/Tc5uXpLg==',
  ],
  [
    'windows-1256',
    'مساء أمس بدأ صنبور المطبخ يقطر. أريد الاتصال بالسباك لكنني لا أعرف الرقم.',
    '49PHwSDD49MgyM/DINXkyObRIMfh49jIziDt3tjRLiDD0e3PIMfhx8rVx+EgyMfh08jH3yDh3+Tk7SDhxyDD2tHdIMfh0d7jLg==',
  ],
  [
    'windows-1250',
    'Wczoraj wieczorem w kuchni zaczął cieknąć kran. Chcę zadzwonić do hydraulika, ale nie znam numeru. Proszę o pomoc.',
    'V2N6b3JhaiB3aWVjem9yZW0gdyBrdWNobmkgemFjermzIGNpZWtuueYga3Jhbi4gQ2hj6iB6YWR6d29uaeYgZG8gaHlkcmF1bGlrYSwgYWxlIG5pZSB6bmFtIG51bWVydS4gUHJvc3rqIG8gcG9tb2Mu',
  ],
  [
    'iso-8859-2',
    'Wczoraj wieczorem w kuchni zaczął cieknąć kran. Chcę zadzwonić do hydraulika, ale nie znam numeru. Proszę o pomoc.',
    'V2N6b3JhaiB3aWVjem9yZW0gdyBrdWNobmkgemFjerGzIGNpZWtuseYga3Jhbi4gQ2hj6iB6YWR6d29uaeYgZG8gaHlkcmF1bGlrYSwgYWxlIG5pZSB6bmFtIG51bWVydS4gUHJvc3rqIG8gcG9tb2Mu',
  ],
  [
    'windows-1252',
    'Gestern Abend fing der Hahn in der Küche an zu tropfen – ich weiß nicht, wen ich anrufen soll.',
    'R2VzdGVybiBBYmVuZCBmaW5nIGRlciBIYWhuIGluIGRlciBL/GNoZSBhbiB6dSB0cm9wZmVuIJYgaWNoIHdlad8gbmljaHQsIHdlbiBpY2ggYW5ydWZlbiBzb2xsLg==',
  ],
  [
    'windows-1252',
    'Hier soir, le robinet de la cuisine s’est mis à goutter. Je ne connais pas le numéro.',
    'SGllciBzb2lyLCBsZSByb2JpbmV0IGRlIGxhIGN1aXNpbmUgc5Jlc3QgbWlzIOAgZ291dHRlci4gSmUgbmUgY29ubmFpcyBwYXMgbGUgbnVt6XJvLg==',
  ],
];

const wide = (text: string, isBig: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

describe('the encoding of a file is found out', () => {
  it.each(samples)('%s: %s', async (encoding, text, base64) => {
    const bytes = Buffer.from(base64, 'base64');
    expect(await decodeText(bytes)).toEqual({ text, encoding });
    const root = await workspace();
    // Far into a table that is ASCII up to there.
    const rows = Buffer.from(`body\n${'"plain words, and more"\n'.repeat(20_000)}"`);
    await writeFile(join(root, 'a.csv'), Buffer.concat([rows, bytes, Buffer.from('"\n')]));
    await writeFile(
      join(root, 'a.jsonl'),
      Buffer.concat([Buffer.from('{"body":"plain"}\n{"body":"'), bytes, Buffer.from('"}\n')]),
    );
    const source = { glob: 'a.*', text: 'body' };
    const csv = await readSource(root, { kind: 'csv', ...source, glob: 'a.csv' });
    expect(csv.problems).toEqual([]);
    expect(csv.texts).toHaveLength(20_001);
    expect(csv.texts.at(-1)?.text).toBe(text);
    const json = await readSource(root, { kind: 'json', ...source, glob: 'a.jsonl' });
    expect(json.texts.map((item) => item.text)).toEqual(['plain', text]);
  });

  it('UTF-16, with a mark and without', async () => {
    for (const text of ['Grüße', 'Вчера вечером, на кухне', '昨日の夜、台所の蛇口から水が漏れ始めました。']) {
      for (const isBig of [false, true]) {
        const encoding = isBig ? 'utf-16be' : 'utf-16le';
        expect(await decodeText(wide(`\ufeff${text}`, isBig))).toEqual({ text, encoding });
        expect(await decodeText(wide(`${text}\n${text}\n`, isBig))).toEqual({
          text: `${text}\n${text}\n`,
          encoding,
        });
      }
    }
    const root = await workspace({ 'a.csv': wide('body\n"Grüße, alle"\n'.repeat(20_000), true) });
    const { texts, problems } = await readSource(root, { kind: 'csv', glob: 'a.csv', text: 'body' });
    expect(problems).toEqual([]);
    expect(texts).toHaveLength(39_999);
  });

  it('UTF-8 that is damaged here and there stays UTF-8', async () => {
    const bytes = Buffer.from('Grüße aus der Küche, wo es tröpfelt; schöne Tage für müde Köche. '.repeat(3));
    bytes[bytes.indexOf('ö')] = 0xff;
    expect(await decodeText(bytes)).toMatchObject({ encoding: 'utf-8' });
  });

  it('and a few letters that nobody can place are those of the west', async () => {
    for (const word of [
      'Grüße',
      'mañana',
      'Très déçu.',
      'ação',
      'café',
      'naïve résumé',
      '£5',
      'It’s “great” – well',
    ]) {
      const bytes = Buffer.from(word, 'latin1');
      for (const [sign, byte] of [
        ['’', 0x92],
        ['“', 0x93],
        ['”', 0x94],
        ['–', 0x96],
      ] as const) {
        for (const [at, letter] of [...word].entries()) if (letter === sign) bytes[at] = byte;
      }
      expect(await decodeText(bytes)).toEqual({ text: word, encoding: 'windows-1252' });
    }
  });
});

describe('a NUL byte far into a file', () => {
  const far = 'plain words\n'.repeat(10_000);

  it('is told with its line, and is in no text', async () => {
    const root = await workspace({
      'a.txt': `${far}a\0b`,
      'b.csv': `body\n${far}a\0b\nlast\n`,
      'c.jsonl': `${'{"body":"plain words"}\n'.repeat(10_000)}{"body":"a\0b"}\n{"body":"a\\u0000b"}\n{"body":"last"}\n`,
    });
    const files = await readSource(root, { kind: 'files', glob: '*.txt' });
    expect(files).toEqual({
      texts: [],
      problems: [{ path: 'a.txt', line: 10_001, reason: 'it has a NUL byte, which no text has' }],
    });
    const csv = await readSource(root, { kind: 'csv', glob: '*.csv', text: 'body' });
    expect(csv.texts).toHaveLength(10_001);
    expect(csv.problems).toEqual([
      { path: 'b.csv', line: 10_002, reason: 'row 10001: the text has a NUL byte, which no text has' },
    ]);
    const json = await readSource(root, { kind: 'json', glob: '*.jsonl', text: 'body' });
    expect(json.texts).toHaveLength(10_001);
    expect(json.problems.map(({ line }) => line)).toEqual([10_001, 10_002]);
  });
});
