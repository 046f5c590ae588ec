import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnswerFile } from '../../extension/cli/answerFile';
import type { Answer } from '../../extension/cli/answering';
import type { PlacedText } from '../../extension/cli/texts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'answers-'));
  path = join(folder, 'answers.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const textOf = (line: number): PlacedText => ({ place: { file: 'ü.csv', line }, text: `text ${line}` });
const answerTo = ({ place }: PlacedText): Answer => ({ ...place, label: 'a', score: 0.5, abstained: false });
const linesOf = (texts: readonly PlacedText[]): string[] =>
  texts.map((text) => JSON.stringify(answerTo(text)));
const batches = [[1, 2, 3].map(textOf), [4, 5, 6].map(textOf), [7].map(textOf)];
const whole = linesOf(batches.flat()).join('\n') + '\n';

/** As `classify` does. @returns which batches were answered anew */
async function classify(resume: boolean): Promise<number[]> {
  const file = await AnswerFile.open(path, resume);
  const anew: number[] = [];
  for (const [at, batch] of batches.entries()) {
    const known = await file.before(batch);
    if (known) expect(known).toEqual(batch.map(answerTo));
    else {
      anew.push(at);
      await file.add(linesOf(batch));
    }
  }
  await file.finish();
  await file.close();
  return anew;
}

describe('AnswerFile', () => {
  it('holds a line a text', async () => {
    expect(await classify(false)).toEqual([0, 1, 2]);
    expect(await readFile(path, 'utf8')).toBe(whole);
    expect(await classify(true)).toEqual([]);
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('goes on wherever it was stopped, and ends as if it never had been', async () => {
    const bytes = Buffer.from(whole);
    const perBatch = batches.map((batch) => Buffer.byteLength(linesOf(batch).join('\n')) + 1);
    for (let size = 0; size < bytes.length; size++) {
      await writeFile(path, bytes.subarray(0, size));
      let left = size;
      const kept = perBatch.findIndex((own) => (left -= own) < 0);
      expect(await classify(true)).toEqual([0, 1, 2].slice(kept));
      expect((await readFile(path)).equals(bytes)).toBe(true);
    }
  });

  it('leaves a file alone that it was not told to go on with', async () => {
    await writeFile(path, 'notes of mine');
    await expect(classify(false)).rejects.toMatchObject({ code: 'cli/usage' });
    expect(await readFile(path, 'utf8')).toBe('notes of mine');
  });

  it.each([
    ['answers about other texts', linesOf([{ place: { file: 'b.csv', line: 1 }, text: '' }]).join('') + '\n'],
    ['notes', 'notes of mine\n'],
    ['other JSON', '[1]\n'],
    ['null', 'null\n'],
    ['a line of megabytes', `${'x'.repeat(2e6)}\n`],
  ])('does not go on with %s', async (_, content) => {
    await writeFile(path, content);
    await expect(classify(true)).rejects.toMatchObject({
      code: 'cli/other-answers',
      message: `${path}, line 1: this is no answer about ü.csv, line 1; give the same texts as before, or another --out.`,
    });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('says when it has answers to texts that are gone', async () => {
    await writeFile(path, whole + linesOf([textOf(8)]).join('') + '\n');
    await expect(classify(true)).rejects.toMatchObject({
      message: `${path}, line 8: this is an answer about a text that was not given; give the same texts as before, or another --out.`,
    });
  });

  it('says that it cannot be written', async () => {
    path = join(folder, 'none', 'answers.jsonl');
    await expect(classify(false)).rejects.toMatchObject({ code: 'cli/not-written' });
  });
});
