import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { prepareModel } from '../../../models/prepare.mjs';
import { tokenizerFiles } from '../../engine/encoders/families/tinyTokenizers';

const [cls, sep] = [101, 102];
let dir: string;
let base: string;
let tokenizer: Tokenizer;

beforeAll(async () => {
  base = await prepareModel('.');
  tokenizer = await Tokenizer.load(base);
  dir = await mkdtemp(join(tmpdir(), 'nanonet-tokenizer-'));
});

afterAll(() => rm(dir, { recursive: true }));

describe('Tokenizer', () => {
  it('gives the numbers that BERT has for a sentence', () => {
    // transformers: AutoTokenizer("bert-base-uncased")("The weather is lovely today.")
    expect(tokenizer.encode('The weather is lovely today.')).toEqual([1996, 4633, 2003, 8403, 2651, 1012]);
    expect(tokenizer.window([7592])).toEqual([cls, 7592, sep]);
    expect({ pad: tokenizer.padId, mask: tokenizer.maskId }).toEqual({ pad: 0, mask: 103 });
  });

  it('answers as the library does, for ordinary and for strange texts', async () => {
    const library = new HuggingFaceTokenizer(
      JSON.parse(await readFile(join(base, 'tokenizer.json'), 'utf8')),
      {},
    );
    const texts = [
      'Unaffable naïve café, İstanbul ＡＢＣ ﬁn; Straße 3.14€ #tag @you http://a.b/c?d=e',
      'nulls\0and\ttabs\r\nlines\u2028\u00a0\u200bend',
      'lone \ud83d surrogate \udc00 and a whole 😀 one',
      '日本語と中文 한국어 मराठी ภาษาไทย עברית العربية',
      '[CLS] literal [SEP] tokens [MASK][PAD][UNK] [CL',
      `${'x'.repeat(100)} ${'x'.repeat(101)} ${'é'.repeat(100)} ${'😀'.repeat(60)} ${'😀'.repeat(101)}`,
      `e${'\u0301'.repeat(200)}t${'\u0301\u0316'.repeat(80)}a ${'\u302e\u0301'.repeat(90)} ${'\u302e'.repeat(99)}`,
      `a${'\u0301\u200d'.repeat(100)}b`,
      "... --- !?!? ^_^ $$$ ``quoted'' <tag/> {json: [1, 2]}",
      '',
      ' \n ',
    ];
    for (const text of texts) {
      const expected = library.encode(text, { add_special_tokens: false }).ids;
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(expected);
      expect(tokenizer.encode(text), 'a second time').toEqual(expected);
    }
  });

  it.each([
    ['one word', (n: number) => 'a'.repeat(n)],
    [
      'long unknown words',
      (n: number) => Array.from({ length: n / 99 }, (_, i) => `${i}${'qzxjkvw'.repeat(13)}`).join(' '),
    ],
    ['combining marks', (n: number) => `a${'\u0301\u0316'.repeat(n / 2)}`],
    ['combining marks between format characters', (n: number) => `a${'\u0301\u200d\u0316'.repeat(n / 3)}`],
    ['spacing marks', (n: number) => `a${'\u{1d165}\u302e'.repeat(n / 3)}`],
    ['lone surrogates', (n: number) => '\ud800'.repeat(n)],
    ['brackets', (n: number) => '[CL'.repeat(n / 3)],
  ])('reads a line of 300 kB in seconds: %s', (_, make) => {
    const text = make(300_000);
    // Processor time: other tests may be using the processors.
    const started = process.cpuUsage();
    tokenizer.encode(text);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(4);
  });

  it('is not cut or padded by what tokenizer.json says', () => {
    expect(tokenizer.encode('word '.repeat(1000))).toHaveLength(1000);
  });

  it('works without tokenizer_config.json, and writes both files', async () => {
    await cp(join(base, 'tokenizer.json'), join(dir, 'tokenizer.json'));
    const bare = await Tokenizer.load(dir);
    const files = new Map(bare.files(128).map(({ name, text }) => [name, JSON.parse(text)]));
    expect(files.get('tokenizer_config.json')).toMatchObject({
      tokenizer_class: 'BertTokenizer',
      do_lower_case: true,
      model_max_length: 128,
      pad_token: '[PAD]',
    });
    expect(files.get('tokenizer.json')).toMatchObject({ truncation: null, padding: null });
    expect({ pad: bare.padId, mask: bare.maskId }).toEqual({ pad: 0, mask: 103 });
  });

  it('names the file that is missing or broken', async () => {
    const file = join(dir, 'tokenizer.json');
    await rm(file, { force: true });
    await expect(Tokenizer.load(dir)).rejects.toThrow(`${dir} has no tokenizer.json`);
    await writeFile(file, '{"model":');
    await expect(Tokenizer.load(dir)).rejects.toThrow(`${file} is not JSON`);
    await writeFile(file, '[]');
    await expect(Tokenizer.load(dir)).rejects.toThrow(`${file} is not a JSON object`);
    await writeFile(file, '{"model": {"type": "WordPiece", "vocab": {}}}');
    await expect(Tokenizer.load(dir)).rejects.toMatchObject({ code: 'encoders/tokenizer' });
  });
});

describe('windows', () => {
  it('makes one window of a text that fits, and of an empty one', () => {
    expect(tokenizer.windows('', 16)).toEqual([[cls, sep]]);
    expect(tokenizer.windows('the weather', 16)).toEqual([[cls, 1996, 4633, sep]]);
  });

  it('loses no token, keeps the limit, and overlaps', () => {
    const text = Array.from({ length: 300 }, (_, i) => `n${i}`).join(' ');
    const ids = tokenizer.encode(text);
    for (const limit of [3, 4, 16, 64, 128, 512]) {
      const windows = tokenizer.windows(text, limit);
      const starts: number[] = [];
      let covered = 0;
      for (const window of windows) {
        expect(window.length).toBeLessThanOrEqual(limit);
        expect([window[0], window.at(-1)]).toEqual([cls, sep]);
        const content = window.slice(1, -1);
        const from = starts.length === 0 ? 0 : (starts.at(-1) ?? 0) + 1;
        const start = ids.findIndex((_, i) => i >= from && content.every((id, j) => ids[i + j] === id));
        expect(start, 'in order').toBeGreaterThanOrEqual(0);
        expect(start, 'no gap').toBeLessThanOrEqual(covered);
        if (starts.length > 0 && limit >= 16) expect(covered - start).toBeGreaterThanOrEqual((limit - 2) / 8);
        covered = start + content.length;
        starts.push(start);
      }
      expect(covered).toBe(ids.length);
    }
  });

  it('refuses a window without room', () => {
    expect(() => tokenizer.windows('text', 2)).toThrow('no room');
  });
});

describe.each([
  // Special tokens, then the words, then letters: as tinyTokenizers.ts numbers them.
  { family: 'roberta', one: '<s> Ġone Ġtwo Ġ z o </s>', padId: 1 },
  { family: 'modernbert', one: '[CLS] Ġone Ġtwo Ġ z o [SEP]', padId: 1 },
  { family: 'xlm-roberta', one: '<s> ▁one ▁two ▁ z o </s>', padId: 3 },
  { family: 'mpnet', one: '<s> one two z ##o </s>', padId: 1 },
  { family: 'distilbert', one: '[CLS] one two z ##o [SEP]', padId: 0 },
] as const)('the tokenizer of $family', ({ family, one, padId }) => {
  const { tokenizer: json, settings } = tokenizerFiles(family, ['one', 'two']);
  const load = async (withSettings: boolean): Promise<Tokenizer> => {
    const folder = await mkdtemp(join(dir, 'family-'));
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
    if (withSettings) await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(settings));
    return Tokenizer.load(folder);
  };
  const library = new HuggingFaceTokenizer(json, settings);

  it('splits words into its pieces, and puts its special tokens around them', async () => {
    const read = await load(true);
    const window = read.window(read.encode('one two zo'));
    expect(window.map((id) => library.id_to_token(id)).join(' ')).toBe(one);
    expect(read.specialTokenCount).toBe(2);
    expect(read.window([])).toHaveLength(2);
    expect(library.id_to_token(read.maskId ?? -1)).toMatch(/mask/i);
    expect(read.padId).toBe(padId);
  });

  it('needs no tokenizer_config.json, and says in its own what it found', async () => {
    const bare = await load(false);
    expect(bare.padId).toBe(padId);
    const written = bare.files(64).find(({ name }) => name === 'tokenizer_config.json');
    const { pad_token, mask_token, cls_token, sep_token } = settings;
    expect(JSON.parse(written?.text ?? '')).toMatchObject({ pad_token, mask_token, cls_token, sep_token });
  });

  it('answers as the library does', async () => {
    const read = await load(true);
    const texts = [
      'one two onetwo twone z',
      'Naïve CAFÉ, ＡＢＣ ﬁn; 3.14€ 😀',
      '  two\t spaces \n and\u00a0more ',
      'lone \ud83d surrogate \udc00',
      `a${'\u0301'.repeat(20)} <mask> [MASK] <s> [SEP] <pad>`,
      '',
    ];
    for (const text of texts) {
      const { ids } = library.encode(text, { add_special_tokens: false });
      expect(read.encode(text), JSON.stringify(text)).toEqual(ids);
    }
  });
});

describe.each(['roberta', 'xlm-roberta'] as const)('the tokenizer of %s', (family) => {
  it.each([
    ['one word', 'a'],
    ['combining marks', '\u0301\u0316'],
    ['marks beyond 16 bits', '\u{1d165}\u302e'],
    ['lone surrogates', '\ud800'],
  ])('reads a line of 300 kB in seconds: %s', async (_, part) => {
    const folder = await mkdtemp(join(dir, 'long-'));
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerFiles(family, []).tokenizer));
    const read = await Tokenizer.load(folder);
    const started = process.cpuUsage();
    const ids = read.encode(`a${part.repeat(300_000 / part.length)}`);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(4);
    expect(ids.length).toBeGreaterThan(0);
  });
});
