import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Classifier } from '../../../extension/project/classifier';
import type { Corpus } from '../../../extension/project/corpus';
import { listModels, newestModel, nextVersion } from '../../../extension/project/modelStore';
import { findInterrupted, missingForTraining, prepareRun } from '../../../extension/project/runs';
import { copySample } from '../../../extension/project/sampleProject';
import { jsonRows } from '../../../extension/protocol/jsonLines';
import type { TrainResult } from '../../../extension/protocol/snapshot';
import { workspace } from './workspace';

const now = new Date('2025-03-01T10:00:00Z');
const classifier: Classifier = {
  version: 1,
  name: 'mail',
  labels: [{ name: 'spam' }, { name: 'ham' }, { name: 'news' }],
  sources: [{ kind: 'files', glob: 'mails/**/*.txt' }],
};

/** A corpus of so many texts by label; '' is unlabelled. */
function corpusOf(counts: Record<string, number>): Corpus {
  const texts = Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, at) => {
      const id = `mails/${label}${at}.txt`;
      return { id, path: id, text: `${label}\n"text" ${at} ü`, hash: id, ...(label !== '' && { label }) };
    }),
  );
  return { texts, problems: [] };
}

const ready = corpusOf({ spam: 2, ham: 2, '': 3 });

describe('missingForTraining', () => {
  it.each([
    [{}, 'Add a source: no texts found by mails/**/*.txt.'],
    [{ '': 5 }, 'Label a text of "spam"; it has none.'],
    [{ spam: 3, '': 5 }, 'Label a text of "ham"; it has none.'],
    [{ spam: 1, ham: 1 }, undefined],
    [{ spam: 3, ham: 2, news: 1 }, undefined],
    [{ spam: 2, news: 2, '': 1 }, undefined],
  ])('of %j is %j', (counts, sentence) => {
    expect(missingForTraining(corpusOf(counts as Record<string, number>), classifier)).toBe(sentence);
  });

  it('asks for labels and sources first', () => {
    const bare = { ...classifier, labels: [{ name: 'spam' }], sources: [] };
    expect(missingForTraining(ready, bare)).toBe(
      'Add labels to "mail": training needs at least 2, it has 1.',
    );
    const sourceless = { ...classifier, sources: [] };
    expect(missingForTraining(corpusOf({}), sourceless)).toBe('Add a source: "mail" has none.');
  });
});

describe('prepareRun', () => {
  it('writes data that the engine reads, and says where everything goes', async () => {
    const root = await workspace();
    const settings = { seed: 7, steps: 20 };
    const { version, params, resumed } = await prepareRun(root, { ...classifier, settings }, ready, { now });
    const dir = join(root, '.nanonet/mail');
    expect({ version, resumed }).toEqual({ version: 'v1', resumed: false });
    expect(params).toEqual({
      runId: 'mail/v1',
      runDir: join(dir, 'runs/v1'),
      dataFile: join(dir, 'runs/v1/data.jsonl'),
      modelDir: join(dir, 'models/v1'),
      settings,
    });
    const rows = [];
    for await (const row of jsonRows(createReadStream(params.dataFile), 'data')) rows.push(row);
    expect(rows).toEqual(
      ready.texts.map(({ id, text, label }, at) => ({ line: at + 1, id, text, ...(label && { label }) })),
    );
  });

  it('says which texts are none of the labels', async () => {
    const root = await workspace();
    const [odd, ...others] = ready.texts.toReversed();
    const texts = [{ ...(odd as (typeof ready.texts)[number]), noneFits: true as const }, ...others];
    const { params } = await prepareRun(root, classifier, { texts, problems: [] }, { now });
    const rows = [];
    for await (const row of jsonRows(createReadStream(params.dataFile), 'data')) rows.push(row);
    expect(rows.map(({ none }) => none)).toEqual([true, ...others.map(() => undefined)]);
  });

  it('goes on with an interrupted run of the same data and settings, and only with that', async () => {
    const root = await workspace();
    const first = await prepareRun(root, { ...classifier, settings: { seed: 1, steps: 5 } }, ready, { now });
    const again = await prepareRun(root, { ...classifier, settings: { steps: 5, seed: 1 } }, ready, { now });
    expect(again).toMatchObject({ version: 'v1', resumed: true, params: { runDir: first.params.runDir } });
    const other = await prepareRun(root, { ...classifier, settings: { seed: 2 } }, ready, { now });
    expect(other).toMatchObject({ version: 'v2', resumed: false });
    const more = await prepareRun(
      root,
      { ...classifier, settings: { seed: 2 } },
      corpusOf({ spam: 3, ham: 2 }),
      { now },
    );
    expect(more).toMatchObject({ version: 'v3', resumed: false });
    await mkdir(more.params.modelDir, { recursive: true });
    const done = await prepareRun(
      root,
      { ...classifier, settings: { seed: 2 } },
      corpusOf({ spam: 3, ham: 2 }),
      { now },
    );
    expect(done).toMatchObject({ version: 'v4', resumed: false });
  });

  it('says what labels mean, and begins anew when that changes', async () => {
    const root = await workspace();
    const described = (spam: string): Classifier => ({
      ...classifier,
      labels: [
        { name: 'spam', description: spam },
        { name: 'ham', description: ' ' },
        { name: 'news', description: 'Of no text.' },
      ],
    });
    const plain = await prepareRun(root, classifier, ready, { now });
    expect(plain.params).not.toHaveProperty('descriptions');
    const facts = await readFile(join(plain.params.runDir, 'run.json'), 'utf8');
    expect(Object.keys(JSON.parse(facts) as object)).toEqual(['createdAt', 'data', 'settings']);
    const told = await prepareRun(root, described('Nobody asked for it.'), ready, { now });
    expect(told).toMatchObject({ version: 'v2', resumed: false });
    expect(told.params.descriptions).toEqual({ spam: 'Nobody asked for it.' });
    const again = await prepareRun(root, described('Nobody asked for it. '), ready, { now });
    expect(again).toEqual({ ...told, resumed: true });
    const other = await prepareRun(root, described('Advertising.'), ready, { now });
    expect(other).toMatchObject({ version: 'v3', resumed: false });
    expect(await prepareRun(root, described(''), ready, { now })).toMatchObject({
      version: 'v4',
      resumed: false,
    });
  });

  it('goes on with the export of another student, whoever asks for any, and begins anew for a third', async () => {
    const root = await workspace();
    const asked = await prepareRun(root, classifier, ready, { now, student: 'student-2' });
    expect(asked).toMatchObject({
      version: 'v1',
      resumed: false,
      params: { settings: { student: 'student-2' } },
    });
    const left = await findInterrupted(root, classifier, ready);
    expect(left).toEqual({ ...asked, resumed: true });
    expect(await prepareRun(root, classifier, ready, { now })).toEqual(left);
    expect(await prepareRun(root, classifier, ready, { now, student: 'student-1' })).toMatchObject({
      version: 'v2',
      resumed: false,
    });
  });

  it('takes along what the last run computed, and nothing that it said', async () => {
    const root = await workspace();
    const { params } = await prepareRun(root, classifier, ready, { now });
    const work = ['embeddings-0123456789abcdef.f32', 'teach-2.safetensors', 'train.safetensors'];
    for (const name of [...work, 'snapshot.json', 'result.json', 'process'])
      await writeFile(join(params.runDir, name), name);
    const next = await prepareRun(root, classifier, corpusOf({ spam: 3, ham: 2 }), { now });
    expect((await readdir(next.params.runDir)).sort()).toEqual(['data.jsonl', ...work, 'run.json'].sort());
  });

  it('begins anew when a run was cut off while it was prepared', async () => {
    const root = await workspace();
    const { params } = await prepareRun(root, classifier, ready, { now });
    await writeFile(join(params.runDir, 'run.json'), '{"createdAt"');
    expect(await prepareRun(root, classifier, ready, { now })).toMatchObject({
      version: 'v2',
      resumed: false,
    });
  });

  it('never gives two windows the same run', async () => {
    const root = await workspace();
    const seeds = [1, 2, 3, 4].map((seed) => ({ ...classifier, settings: { seed } }));
    const runs = await Promise.all(seeds.map((one) => prepareRun(root, one, ready, { now })));
    expect(runs.map(({ version }) => version).sort()).toEqual(['v1', 'v2', 'v3', 'v4']);
  });

  it('refuses with the sentence that says what is missing', async () => {
    const run = prepareRun(await workspace(), classifier, corpusOf({ spam: 2 }), { now });
    await expect(run).rejects.toMatchObject({
      code: 'runs/not-ready',
      message: expect.stringContaining('"ham"'),
    });
  });
});

describe('models', () => {
  const result: TrainResult = {
    modelDir: '/elsewhere',
    labels: ['ham', 'spam'],
    rows: [{ id: 'student-1', name: 'Student', accuracy: 0.9, macroF1: 0.8 }],
    measuredOn: '12 held-out labels',
    counts: { labelled: 4, unlabelled: 3 },
    sizeBytes: 9,
    docsPerSecond: 100,
    durationMs: 5,
    peakMemoryBytes: 7,
  };

  it('are listed newest first, with their figures', async () => {
    const facts = JSON.stringify({ createdAt: now.toISOString(), labels: ['ham', 'spam'], result });
    const root = await workspace({
      '.nanonet/mail/models/v2/nanonet.json': facts,
      '.nanonet/mail/models/v10/nanonet.json': facts,
      '.nanonet/mail/models/v3/config.json': '{}',
      '.nanonet/mail/models/.v11.tmp/nanonet.json': facts,
      '.nanonet/mail/runs/v12/run.json': '{}',
    });
    const models = await listModels(root, 'mail');
    expect(models.map(({ version }) => version)).toEqual(['v10', 'v3', 'v2']);
    expect(models[0]).toEqual({
      version: 'v10',
      dir: join(root, '.nanonet/mail/models/v10'),
      createdAt: now,
      labels: ['ham', 'spam'],
      result,
    });
    expect(models[1]?.problem).toContain('nanonet.json');
    expect(await newestModel(root, 'mail')).toMatchObject({ version: 'v10' });
    expect(await nextVersion(root, 'mail')).toBe('v13');
  });

  it('are none before the first', async () => {
    const root = await workspace();
    expect(await listModels(root, 'mail')).toEqual([]);
    expect(await newestModel(root, 'mail')).toBeUndefined();
    expect(await nextVersion(root, 'mail')).toBe('v1');
  });
});

describe('copySample', () => {
  it('copies once, and never over labels', async () => {
    const template = await workspace({
      '.nanonet/mail/labels.jsonl': 'given\n',
      'mails/1.txt': 'a',
      'README.md': 'new',
    });
    const target = await workspace({ 'README.md': 'mine' });
    await copySample(template, target);
    expect(await readFile(join(target, 'mails/1.txt'), 'utf8')).toBe('a');
    expect(await readFile(join(target, 'README.md'), 'utf8')).toBe('mine');
    await writeFile(join(target, '.nanonet/mail/labels.jsonl'), 'work\n');
    await expect(copySample(template, target)).rejects.toMatchObject({ code: 'sample/has-labels' });
    expect(await readFile(join(target, '.nanonet/mail/labels.jsonl'), 'utf8')).toBe('work\n');
  });
});
