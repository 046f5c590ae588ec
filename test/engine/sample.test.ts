import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listClassifiers } from '../../extension/project/classifierFile';
import { labelCounts, readCorpus, unlabelledCount } from '../../extension/project/corpus';
import { LabelJournal } from '../../extension/project/labelJournal';
import { missingForTraining } from '../../extension/project/runs';
import { copySample } from '../../extension/project/sampleProject';
import { jsonRows } from '../../extension/protocol/jsonLines';
import { makeSample } from '../../scripts/sample.mjs';
import { workspace } from '../unit/project/workspace';

it('the sample project is complete, tells nothing by names or order, and is the same everywhere', async () => {
  const repository = join(import.meta.dirname, '../..');
  const root = await workspace({ 'package.json': '{}' });
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  const template = await makeSample(root);
  const target = join(root, 'mine');
  await copySample(template, target);

  const { classifiers, problems } = await listClassifiers(target);
  expect(problems).toEqual([]);
  const [classifier] = classifiers;
  if (!classifier) throw new Error('no classifier');
  const journal = await LabelJournal.open(target, classifier.name);
  expect(journal.problems).toEqual([]);
  const corpus = await readCorpus(target, classifier, journal);
  expect(corpus.problems).toEqual([]);
  expect(corpus.texts.filter(({ stale, movedFrom }) => stale ?? movedFrom)).toEqual([]);
  expect(labelCounts(corpus, classifier)).toEqual([
    { label: 'spam', count: 10 },
    { label: 'newsletter', count: 10 },
    { label: 'personal', count: 10 },
  ]);
  expect(unlabelledCount(corpus)).toBe(360);
  expect(missingForTraining(corpus, classifier)).toBeUndefined();

  const truthFile = join(root, 'dist/sample-truth.jsonl');
  const truth = new Map<string, string>();
  for await (const { text, label } of jsonRows(createReadStream(truthFile), truthFile))
    truth.set(text, label ?? '');
  expect(corpus.texts.filter(({ text, label }) => label !== undefined && truth.get(text) !== label)).toEqual(
    [],
  );
  const labels = corpus.texts.map(({ text }) => truth.get(text));
  expect(labels.filter((label) => label === undefined)).toEqual([]);
  // In random order a third of the neighbours have the same label.
  const sameAsNext = labels.filter((label, at) => label === labels[at + 1]).length;
  expect(sameAsNext).toBeGreaterThan(90);
  expect(sameAsNext).toBeLessThan(170);
  expect(Math.max(...corpus.texts.map(({ text }) => text.length))).toBeLessThanOrEqual(4001);

  // Published figures are measured on these bytes. A changed digest needs new figures.
  const digest = createHash('sha256')
    .update(await readFile(truthFile))
    .digest('hex');
  expect(digest.slice(0, 16)).toBe('c18e460e322ca06e');

  const made = await stat(truthFile);
  await makeSample(root);
  expect((await stat(truthFile)).mtimeMs).toBe(made.mtimeMs);
});
