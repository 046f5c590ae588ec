/** Runs `documents/*.host.ts` inside a real extension host, on a repository with a PDF and a Word document. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { docx, paragraph, pdf } from '../unit/sources/documentFiles';
import { bundleHostTests } from './harness/bundle.mjs';
import { hostTests } from './harness/hostTests';
import { repository } from './harness/places';

it('shows documents and commits as texts', async () => {
  const outcome = await hostTests({
    extensionDevelopmentPath: repository,
    extensionTestsPath: await bundleHostTests(join(import.meta.dirname, 'documents')),
    workspace: await papers(),
    env: { NANONET_HOST_TIMEOUT_MS: '60000' },
  });
  const failed = outcome.results.filter(({ state }) => state === 'failed');
  expect(failed.map(({ title, error }) => `${title}\n${error}`)).toEqual([]);
  expect(outcome.results.length, outcome.log).toBe(3);
});

async function papers(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-papers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const classifier = {
    ...{ version: 1, name: 'papers', labels: [{ name: 'good' }, { name: 'bad' }] },
    sources: [{ kind: 'commits' }],
  };
  await mkdir(join(folder, '.nanonet', 'papers'), { recursive: true });
  await mkdir(join(folder, 'papers'));
  await writeFile(join(folder, '.nanonet/papers/classifier.json'), JSON.stringify(classifier));
  await writeFile(join(folder, 'papers/a.pdf'), pdf([[[50, 700, 'Words of a page']]]));
  await writeFile(join(folder, 'papers/b.docx'), await docx(paragraph('Words of a document')));
  await writeFile(join(folder, 'broken.pdf'), '%PDF-1.4');
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--no-gpg-sign', '-m', 'Add two papers');
  return folder;
}
