import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  checkModelName,
  chooseModel,
  chosenVersion,
  forgetModel,
  nameModel,
  readChoices,
} from '../../../extension/project/modelChoice';
import { modelsDir, nextVersion, runsDir } from '../../../extension/project/modelStore';
import { workspace } from './workspace';

let root: string;
const model = (version: string) => join(modelsDir(root, 'mail'), version);
const make = (version: string) => mkdir(model(version), { recursive: true });
const used = async (...versions: string[]) => chosenVersion(await readChoices(root, 'mail'), versions);

beforeEach(async () => {
  root = await workspace();
  await Promise.all(['v1', 'v2', 'v10'].map(make));
});

describe('the model that is used', () => {
  it('is the newest until a person chooses, and the chosen one until another is trained', async () => {
    expect(await used('v1', 'v2', 'v10')).toBeUndefined();
    await chooseModel(root, 'mail', 'v2');
    expect(await used('v1', 'v2', 'v10')).toBe('v2');
    expect(await used('v1', 'v2', 'v10', 'v11')).toBeUndefined();
  });

  it('is the newest again when the chosen one is gone', async () => {
    await chooseModel(root, 'mail', 'v2');
    expect(await used('v1', 'v10')).toBeUndefined();
  });

  it('is the newest where the file is torn', async () => {
    await writeFile(join(modelsDir(root, 'mail'), 'choices.json'), '{"used"');
    expect(await used('v1', 'v2')).toBeUndefined();
    await chooseModel(root, 'mail', 'v1');
    expect(await used('v1', 'v2', 'v10')).toBe('v1');
  });
});

describe('a name', () => {
  it('is kept until it is taken away, beside what is used', async () => {
    await chooseModel(root, 'mail', 'v1');
    await nameModel(root, 'mail', 'v2', '  before the holidays ');
    expect(await readChoices(root, 'mail')).toMatchObject({ names: { v2: 'before the holidays' } });
    expect(await used('v1', 'v2', 'v10')).toBe('v1');
    await nameModel(root, 'mail', 'v2', '');
    expect((await readChoices(root, 'mail')).names).toEqual({});
  });

  it('is one short line', async () => {
    expect(checkModelName('x'.repeat(60))).toBeUndefined();
    expect(checkModelName('x'.repeat(61))).toMatch(/at most 60/);
    await expect(nameModel(root, 'mail', 'v2', 'a\nb')).rejects.toThrow(/one line/);
  });
});

it('a deleted model takes its texts and its name along, and its number is not given again', async () => {
  const run = join(runsDir(root, 'mail'), 'v10');
  await mkdir(run, { recursive: true });
  await writeFile(join(run, 'data.jsonl'), '{"text":"private"}\n');
  await nameModel(root, 'mail', 'v10', 'x');
  await rm(model('v10'), { recursive: true });
  await forgetModel(root, 'mail', 'v10');
  expect(await readdir(run)).toEqual(['deleted']);
  expect(await readFile(join(run, 'deleted'), 'utf8')).toBe('');
  expect((await readChoices(root, 'mail')).names).toEqual({});
  expect(await nextVersion(root, 'mail')).toBe('v11');
});
