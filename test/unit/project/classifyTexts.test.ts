import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SourceDefinition } from '../../../extension/project/classifier';
import { classifyTexts, type ClassifyOutcome } from '../../../extension/project/classifyTexts';
import { PredictionStore } from '../../../extension/project/predictions';
import type { ScanParams } from '../../../extension/project/scan/scanApi';
import { CancelledError } from '../../../extension/protocol/appError';
import type { Prediction } from '../../../extension/protocol/engineApi';
import { workspace } from './workspace';

const sources: SourceDefinition[] = [
  { kind: 'files', glob: 'notes/**' },
  { kind: 'csv', glob: 'rows.csv', text: 'text' },
];
const files = {
  'notes/a.txt': 'win money',
  'notes/deep/b.txt': 'see you at lunch',
  'notes/picture.txt': '\0\u0001\0',
  'rows.csv': 'id,text\n1,money for you\n2,lunch at one\n',
};

/** A model whose answers can be foreseen. */
function answerTo(text: string): Prediction {
  const label = text.includes('money') ? 'spam' : 'ham';
  return { label, score: 0.9, abstained: false, windows: 1 };
}

class Desk {
  readonly asked: string[] = [];
  /** Called with each piece that the model is asked about. */
  onAsk: (() => void) | undefined;

  private constructor(
    readonly root: string,
    readonly store: PredictionStore,
  ) {}

  static async open(root: string): Promise<Desk> {
    return new Desk(root, await PredictionStore.open(root, 'mail'));
  }

  async classify(
    more: Partial<ScanParams> = {},
    signal = new AbortController().signal,
  ): Promise<ClassifyOutcome> {
    this.asked.length = 0;
    const scan = { root: this.root, classifier: { name: 'mail', sources }, model: 'v1', ...more };
    await this.store.begin(scan.model);
    const outcome = await classifyTexts({
      ...{ scan, store: this.store, signal },
      ask: async (texts) => {
        this.asked.push(...texts);
        this.onAsk?.();
        CancelledError.throwIf(signal);
        return texts.map(answerTo);
      },
    });
    await this.store.end();
    return outcome;
  }

  /** 'place: label', sorted. */
  get answers(): string[] {
    const said = [...this.store.all()].map(
      ({ path, part, label }) => `${[path, part].join(' ').trim()}: ${label}`,
    );
    return said.sort();
  }
}

it('answers every text of the sources once, and then only what has changed', async () => {
  const desk = await Desk.open(await workspace(files));
  expect(await desk.classify()).toMatchObject({ computed: 4, texts: 4, problemCount: 0 });
  expect(desk.answers).toEqual([
    'notes/a.txt: spam',
    'notes/deep/b.txt: ham',
    'rows.csv row 1: spam',
    'rows.csv row 2: ham',
  ]);
  expect(await desk.classify()).toMatchObject({ computed: 0, texts: 4 });

  // A row above the others, a text that was edited, one that was moved, and one that is gone.
  await writeFile(join(desk.root, 'rows.csv'), 'id,text\n0,lunch?\n1,money for you\n2,lunch at one\n');
  await writeFile(join(desk.root, 'notes/a.txt'), 'no lunch today');
  await mkdir(join(desk.root, 'notes/old'));
  await rename(join(desk.root, 'notes/deep/b.txt'), join(desk.root, 'notes/old/c.txt'));
  expect(await desk.classify()).toMatchObject({ computed: 2, texts: 5 });
  expect(desk.asked.sort()).toEqual(['lunch?', 'no lunch today']);
  expect(desk.answers).toEqual([
    'notes/a.txt: ham',
    'notes/old/c.txt: ham',
    'rows.csv row 1: ham',
    'rows.csv row 2: spam',
    'rows.csv row 3: ham',
  ]);
  expect(desk.store.of({ path: 'rows.csv', part: 'row 3' })?.line).toBe(4);
  expect([...desk.store.all()].filter((one) => desk.store.isChanged(one)).map(({ path }) => path)).toEqual([
    'notes/a.txt',
  ]);
});

it('asks another model about all of them', async () => {
  const desk = await Desk.open(await workspace(files));
  await desk.classify();
  expect(await desk.classify({ model: 'v2' })).toMatchObject({ computed: 4 });
  expect([...desk.store.all()].every(({ model, was }) => model === 'v2' && was === undefined)).toBe(true);
});

it('keeps what was answered when it is left, and goes on from there', async () => {
  const many = Array.from({ length: 300 }, (_, at) => [`notes/${at}.txt`, `note ${at}`] as const);
  const desk = await Desk.open(await workspace(Object.fromEntries(many)));
  const controller = new AbortController();
  let pieces = 0;
  desk.onAsk = () => {
    if ((pieces += 1) === 3) controller.abort();
  };
  await expect(desk.classify({}, controller.signal)).rejects.toBeInstanceOf(CancelledError);
  const kept = desk.store.size;
  expect(kept).toBeGreaterThan(0);
  const again = await Desk.open(desk.root);
  expect(await again.classify()).toMatchObject({ computed: 300 - kept, texts: 300 });
});

it('takes any folder, and there files that no source finds as one text each; tables are told and left out', async () => {
  const root = await workspace({
    ...files,
    'other/c.txt': 'money again',
    'other/d.csv': 'text\nmoney\n',
    'notes/deep/e.txt': 'money, deep',
  });
  const desk = await Desk.open(root);
  expect(await desk.classify({ folder: 'other' })).toMatchObject({
    computed: 1,
    texts: 1,
    tables: ['other/d.csv'],
  });
  expect(await desk.classify({ folder: 'notes/deep' })).toMatchObject({ computed: 2, texts: 2, tables: [] });
  expect(desk.answers).toEqual(['notes/deep/b.txt: ham', 'notes/deep/e.txt: spam', 'other/c.txt: spam']);
  // They stay fresh with the others, and are forgotten with their file.
  await writeFile(join(root, 'other/c.txt'), 'lunch');
  expect(await desk.classify()).toMatchObject({ computed: 4, texts: 6 });
  expect(desk.answers).toContain('other/c.txt: ham');
  await rm(join(root, 'other/c.txt'));
  expect(await desk.classify()).toMatchObject({ computed: 0, texts: 5 });
});

it('reads single files as their sources do, and forgets one that is gone', async () => {
  const desk = await Desk.open(await workspace(files));
  await desk.classify();
  await writeFile(join(desk.root, 'notes/a.txt'), 'lunch');
  await writeFile(join(desk.root, 'rows.csv'), 'id,text\n1,dinner\n');
  await rm(join(desk.root, 'notes/deep/b.txt'));
  expect(await desk.classify({ files: ['notes/a.txt', 'notes/deep/b.txt', 'elsewhere.md'] })).toMatchObject({
    computed: 1,
  });
  expect(desk.answers).toEqual(['notes/a.txt: ham', 'rows.csv row 1: spam', 'rows.csv row 2: ham']);
});

it('says in one sentence what is wrong with a source', async () => {
  const desk = await Desk.open(await workspace(files));
  const classifier = { name: 'mail', sources: [{ kind: 'files' as const, glob: '../**' }] };
  await expect(desk.classify({ classifier })).rejects.toMatchObject({ code: 'sources/bad-pattern' });
});
