/** Which words decided: of a folder that was exported, held to the classifier's own answers and to differences. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportModel } from '../../../extension/engine/deploy/exportModel';
import { readStudent } from '../../../extension/engine/deploy/readStudent';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { textWords } from '../../../extension/engine/encoders/textWords';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { tokenFeeds } from '../../../extension/engine/encoders/tokenBatches';
import { StudentGradient } from '../../../extension/engine/explain/studentGradient';
import { windowWeights } from '../../../extension/engine/encoders/windowWeights';
import { TextExplainer } from '../../../extension/engine/explain/textExplainer';
import { Random } from '../../../extension/engine/learn/random';
import { Session } from '../../../extension/engine/runtime/session';
import type { AdapterKind, Explanation } from '../../../extension/protocol/engineApi';
import { mails, mailLabels, trainedModel } from '../deploy/trained';
import { familyNames, tinyModel } from '../encoders/families/tinyModels';
import { loadMiniLm } from '../encoders/minilm';

let folder: string;
let dir: string;
let explainer: TextExplainer;
let texts: string[];

async function exported(kind: AdapterKind): Promise<string> {
  const base = await loadMiniLm();
  const model = await trainedModel(base, kind, { examples: await mails(20, 0, 220) });
  const path = join(folder, kind);
  await exportModel({ ...model, baseDir: base.dir }, path);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-explain-'));
  dir = await exported('lora');
  explainer = await TextExplainer.load(dir);
  texts = (await mails(4, 100, 300)).map(({ text }) => text);
});

afterAll(async () => {
  await explainer.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(Session.live, 'sessions that nobody disposed').toBe(0);
});

async function classified(path: string, asked: readonly string[]) {
  const classifier = await TextClassifier.load(path, 'cpu');
  return classifier.classify(asked).finally(() => classifier.dispose());
}

async function explained(path: string, asked: readonly string[]): Promise<Explanation[]> {
  const own = await TextExplainer.load(path);
  const explanations: Explanation[] = [];
  for (const text of asked) explanations.push(await own.explain(text));
  await own.dispose();
  return explanations;
}

describe('an explanation', () => {
  it('is of the answer that the classifier gives, an adapter that could not be merged included', async () => {
    const asked = [...texts, '', 'x'];
    for (const path of [dir, await exported('houlsby')]) {
      const answers = await classified(path, asked);
      const explanations = await explained(path, asked);
      expect(explanations.map(({ label }) => label)).toEqual(answers.map(({ label }) => label));
      for (const [i, { score }] of explanations.entries())
        expect(score).toBeCloseTo(answers[i]?.score ?? 0, 4);
    }
  });

  it('adds up to what the words make of the score (completeness)', async () => {
    const text = texts[1] as string;
    const { words, score, label } = await explainer.explain(text);
    const student = await readStudent(dir);
    const { tokenizer, encoder, constants, manifest } = student;
    const window = tokenizer.windows(text, manifest.windowTokens)[0] as number[];
    const table = constants.get(encoder.family.pieceWeight)?.data as Float32Array;
    const gradient = await StudentGradient.create(student);
    const special = new Set(tokenizer.window([]));
    const masked = window.map((id) => (special.has(id) ? id : (tokenizer.maskId as number)));
    const rows = masked.flatMap((id) => [...table.subarray(id * 384, (id + 1) * 384)]);
    const feeds = tokenFeeds([window.map((_, i) => i)], 0);
    const scores = await gradient.scores(Float32Array.from(rows), feeds);
    await gradient.dispose();
    const without = scores[manifest.labels.indexOf(label)] as number;
    const sum = words.reduce((total, { weight }) => total + weight, 0);
    expect(Math.abs(sum - (Math.log(score) - without))).toBeLessThan(0.05 * Math.max(1, Math.abs(sum)));
  });

  it('names words by where they stand, and all of them', async () => {
    const text = 'Cheap   “viagra”: buy-now!\n\nDéjà vu, 100% free… 漢字 🙂';
    const { words } = await explainer.explain(text);
    const said = words.map(({ start, end }) => text.slice(start, end));
    expect(said.slice(0, 9)).toEqual(['Cheap', '“', 'viagra', '”', ':', 'buy', '-', 'now', '!']);
    expect(said).toContain('Déjà');
    expect(said.join('')).toBe(text.replace(/\s/g, ''));
  });

  it('of a long text says which window decided, and weighs its words most', async () => {
    const [easy = '', newsletter = ''] = (await mails(1, 60, 900)).map(({ text }) => text);
    const text = `${easy}\n${newsletter}\n${easy}`;
    const [answer] = await classified(dir, [text]);
    const { windows, score, decisive, words } = await explainer.explain(text, { label: answer?.label });
    expect(windows.length).toBe(answer?.windows);
    expect(windows.length).toBeGreaterThan(2);
    expect(score).toBeCloseTo(answer?.score ?? 0, 4);
    const parts = windowWeights(windows.length).map((weight, w) => weight * (windows[w]?.score ?? 0));
    expect(parts[decisive]).toBe(Math.max(...parts));
    expect(windows[0]?.start).toBe(0);
    expect(windows.at(-1)?.end).toBe(text.trimEnd().length);
    for (const [w, { start }] of windows.entries())
      expect(start).toBeLessThan(windows[w - 1]?.end ?? Infinity);
    expect(words.length).toBeGreaterThan(100);
  });

  it('can be of another label, and refuses one that the model does not know', async () => {
    const [text = ''] = texts;
    const { label } = await explainer.explain(text);
    const other = mailLabels.find((name) => name !== label) as string;
    expect((await explainer.explain(text, { label: other })).label).toBe(other);
    await expect(explainer.explain(text, { label: 'bill' })).rejects.toThrow(
      'The model does not know the label "bill"; it knows personal, newsletter, spam.',
    );
  });

  it('is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(explainer.explain(texts[0] as string, { signal })).rejects.toThrow();
  });
});

it('the gradient by the pieces is that of differences', async () => {
  const student = await readStudent(dir);
  const gradient = await StudentGradient.create(student);
  const random = Random.of('pieces');
  const tokens = 7;
  const pieces = Float32Array.from({ length: tokens * 384 }, () => 0.05 * random.normal());
  const feeds = tokenFeeds(
    [
      [0, 1, 2, 3, 4],
      [5, 6, 2],
    ],
    0,
  ); // one piece in both texts, and padding
  const at = (i: number, by: number): Float32Array => pieces.map((x, j) => (i === j ? x + by : x));
  const step = 1e-2;
  const { byPieces, logProbabilities } = await gradient.of(pieces, feeds, 1);
  const scores = await gradient.scores(pieces, feeds);
  expect(logProbabilities[1]).toBeCloseTo(scores[3 + 1] as number, 5);
  const value = async (i: number, by: number): Promise<number> => {
    const logs = await gradient.scores(at(i, by), feeds);
    return (logs[1] as number) + (logs[3 + 1] as number);
  };
  for (let k = 0; k < 24; k++) {
    const i = random.int(pieces.length);
    const expected = ((await value(i, step)) - (await value(i, -step))) / (2 * step);
    expect(Math.abs((byPieces[i] as number) - expected)).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected)));
  }
  await gradient.dispose();
});

describe.each(familyNames)('of %s', (family) => {
  it('words have the tokens of the text, and the explained answer is the classifier’s', async () => {
    const base = await tinyModel(family);
    const tokenizer = await Tokenizer.load(base.dir);
    const text = '  The quick-brown fox,\tjumps\u0000over  it\u200b. éà 漢字🙂 don’t  ';
    const words = await textWords(tokenizer, text);
    expect(words.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(tokenizer.encode(text).length);
    for (const [i, { start, end }] of words.entries()) {
      expect(start).toBeGreaterThanOrEqual(words[i - 1]?.end ?? 0);
      expect(end).toBeGreaterThanOrEqual(start);
    }
    const encoder = await loadEncoder(base.dir);
    const model = await trainedModel({ dir: base.dir, encoder, tokenizer }, 'lora', { layers: [0] });
    const path = join(folder, `student-${family}`);
    await exportModel({ ...model, windowTokens: 32 }, path);
    const [answer] = await classified(path, [text]);
    const [explanation] = await explained(path, [text]);
    expect(explanation?.label).toBe(answer?.label);
    expect(explanation?.score).toBeCloseTo(answer?.score ?? 0, 4);
  });
});
