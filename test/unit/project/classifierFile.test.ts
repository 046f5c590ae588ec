import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLabelName } from '../../../extension/project/classifier';
import {
  createClassifier,
  listClassifiers,
  readClassifier,
  writeClassifier,
} from '../../../extension/project/classifierFile';
import { checkClassifierName, classifierDir } from '../../../extension/project/classifierFolder';
import { lineOfJsonError } from '../../../extension/project/jsonText';
import { workspace } from './workspace';

describe('createClassifier', () => {
  it('writes labels with keys and colours, and what git needs to know', async () => {
    const root = await workspace();
    await createClassifier(root, {
      name: 'topic',
      labels: ['bug', { name: 'feature', key: '1', colour: '#00ff00' }, 'question'],
      sources: [{ kind: 'files', glob: 'docs/**/*.md' }],
    });
    expect(await readClassifier(root, 'topic')).toEqual({
      version: 1,
      name: 'topic',
      labels: [
        { name: 'bug', key: '2', colour: 'nanonet.label1' },
        { name: 'feature', key: '1', colour: '#00ff00' },
        { name: 'question', key: '3', colour: 'nanonet.label3' },
      ],
      sources: [{ kind: 'files', glob: 'docs/**/*.md' }],
    });
    expect(await readFile(join(root, '.nanonet/.gitignore'), 'utf8')).toBe('*/models/\n*/runs/\n');
    expect(await readFile(join(root, '.nanonet/.gitattributes'), 'utf8')).toContain('merge=union');
    expect(await readdir(join(root, '.nanonet/topic'))).toEqual(['classifier.json']);
  });

  it('refuses a name that is taken, and leaves what a person changed', async () => {
    const root = await workspace({ '.nanonet/.gitignore': 'mine\n' });
    await createClassifier(root, { name: 'topic', labels: [] });
    await expect(createClassifier(root, { name: 'Topic', labels: [] })).rejects.toMatchObject({
      code: 'classifier/exists',
    });
    expect(await readFile(join(root, '.nanonet/.gitignore'), 'utf8')).toBe('mine\n');
  });

  it('refuses labels and sources that cannot be', async () => {
    const root = await workspace();
    const make = (labels: string[], glob = '*.txt') =>
      createClassifier(root, { name: 'a', labels, sources: [{ kind: 'files', glob }] });
    await expect(make(['x', 'X'])).rejects.toThrow('There is a label "x" already');
    await expect(make(['x'], '../**')).rejects.toThrow('relative to the workspace');
    expect(await listClassifiers(root)).toEqual({ classifiers: [], problems: [] });
  });
});

describe('readClassifier', () => {
  it('says the line of broken JSON', async () => {
    const root = await workspace({ '.nanonet/a/classifier.json': '{\n  "version": 1,\n  "name": a\n}' });
    await expect(readClassifier(root, 'a')).rejects.toThrow(
      `${join(root, '.nanonet/a/classifier.json')}, line 3: this is not JSON; mend the line and try again.`,
    );
  });

  it('says which field is wrong', async () => {
    const root = await workspace({
      '.nanonet/a/classifier.json':
        '{"version":1,"name":"a","labels":[{"name":"x","key":"12"}],"sources":[]}',
      '.nanonet/b/classifier.json': '{"version":2,"name":"b","labels":[],"sources":[]}',
    });
    await expect(readClassifier(root, 'a')).rejects.toThrow('"labels.0.key": a key is one character.');
    await expect(readClassifier(root, 'b')).rejects.toThrow('newer NanoNet');
  });

  it('keeps fields that it does not know, when written again', async () => {
    const text = '{"version":1,"name":"old","labels":[{"name":"x","weight":2}],"sources":[],"later":{"a":1}}';
    const root = await workspace({ '.nanonet/a/classifier.json': text });
    const classifier = await readClassifier(root, 'a');
    expect(classifier.name).toBe('a');
    await writeClassifier(root, { ...classifier, settings: { seed: 3 } });
    const written = JSON.parse(await readFile(join(root, '.nanonet/a/classifier.json'), 'utf8'));
    expect(written).toMatchObject({
      later: { a: 1 },
      labels: [{ name: 'x', weight: 2 }],
      settings: { seed: 3 },
    });
  });
});

describe('listClassifiers', () => {
  it('lists what can be read and says what cannot', async () => {
    const root = await workspace({
      '.nanonet/.gitignore': '',
      '.nanonet/bad/classifier.json': '[',
      '.nanonet/x/y': '',
    });
    await createClassifier(root, { name: 'b', labels: ['x'] });
    await createClassifier(root, { name: 'a', labels: ['x'] });
    const { classifiers, problems } = await listClassifiers(root);
    expect(classifiers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toMatchObject([{ path: '.nanonet/bad/classifier.json' }]);
    expect(await listClassifiers(await workspace())).toEqual({ classifiers: [], problems: [] });
  });

  it('leaves the old file when the new one cannot be written', async () => {
    const root = await workspace();
    const classifier = await createClassifier(root, { name: 'a', labels: ['x'] });
    await writeFile(join(root, '.nanonet/a/b'), '');
    await expect(writeClassifier(join(root, '.nanonet/a/b'), classifier)).rejects.toMatchObject({
      code: 'classifier/not-saved',
    });
    expect(await readClassifier(root, 'a')).toEqual(classifier);
  });
});

describe('names', () => {
  it.each([
    '',
    '.',
    '..',
    '.hidden',
    'a/b',
    'a\\b',
    '../x',
    'con',
    'NUL.txt',
    'a.',
    'a ',
    'a\nb',
    'a:b',
    'x'.repeat(65),
  ])('of a classifier may not be %j', (name) => {
    expect(checkClassifierName(name)).toMatch(/\.$|another one\.$/);
    expect(() => classifierDir('/w', name)).toThrow();
  });

  it.each(['mail', 'Dringlichkeit 2', 'é-tude_1.5', '主题'])('of a classifier may be %j', (name) => {
    expect(checkClassifierName(name)).toBeUndefined();
  });

  it('of labels are not empty, not twice, one line, and short', () => {
    expect(checkLabelName('good one', ['other'])).toBeUndefined();
    expect(checkLabelName(' ')).toContain('needs a name');
    expect(checkLabelName('a ')).toContain('space');
    expect(checkLabelName('a\nb')).toContain('one line');
    expect(checkLabelName('e\u0301', ['\u00c9'])).toContain('already');
    expect(checkLabelName('x'.repeat(81))).toContain('80');
  });
});

describe('lineOfJsonError', () => {
  it.each([
    ['', 1],
    ['{\n"a": 1,\n}', 3],
    ['[1,\n2\n3]', 3],
    ['{"a": "x\ny"}', 1],
    ['{\n"a": tru\n}', 2],
    ['{"a": {\n"b": [1, 2}\n}', 2],
    ['{}\n\nx', 3],
  ])('of %j is %i', (text, line) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(lineOfJsonError(text)).toBe(line);
  });

  it('reads all of valid JSON', () => {
    const text = JSON.stringify(
      { a: [1, -2.5e-7, 'x"\\\u2028\n', null, true, {}, []], b: { c: [[]] } },
      undefined,
      1,
    );
    expect(lineOfJsonError(`${text}\n?`)).toBe(text.split('\n').length + 1);
  });
});
