import { execFileSync } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCommit } from '../../../extension/sources/commits';
import { readSource, streamSource } from '../../../extension/sources/sources';
import { workspace } from '../project/workspace';

const commits = { kind: 'commits' } as const;

function git(root: string, ...args: string[]): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', root, ...who, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function repository(...messages: string[]): Promise<string> {
  const root = await workspace({ 'sub/a.txt': 'a' });
  git(root, 'init', '--quiet');
  for (const message of messages)
    git(root, 'commit', '--quiet', '--allow-empty', '--allow-empty-message', '-m', message);
  return root;
}

describe('commit messages', () => {
  it('are texts by the name of their commit, newest first', async () => {
    const body = 'Fix “this”\n\nBecause of\n$(touch x) `that`\n\nSigned-off-by: a';
    const root = await repository('first', '', body);
    const { texts, problems } = await readSource(root, commits);
    expect(texts.map(({ path, text }) => [path, text])).toEqual([
      ['.git', body],
      ['.git', 'first'],
    ]);
    expect(texts[0]?.part).toMatch(/^commit [0-9a-f]{12}$/);
    expect(problems).toEqual([
      {
        path: '.git',
        reason: expect.stringMatching(/^commit [0-9a-f]{12}: its message is empty$/) as string,
      },
    ]);
    expect((await readSource(join(root, 'sub'), commits)).texts).toEqual(texts);
    expect(await readCommit(root, texts[0]?.part ?? '')).toBe(body);
    for (const part of ['commit 000000000000', 'commit --all', 'row 1']) {
      expect(await readCommit(root, part)).toBeUndefined();
    }
  });

  it('keep their places when more commits come', async () => {
    const root = await repository('first');
    const before = await readSource(root, commits);
    git(root, 'commit', '--quiet', '--allow-empty', '-m', 'second');
    const after = await readSource(root, commits);
    expect(after.texts[1]).toEqual(before.texts[0]);
  });

  it('of no repository, of an empty one, and without git are one sentence', async () => {
    expect(await readSource(await workspace(), commits)).toEqual({
      texts: [],
      problems: [{ path: '.git', reason: 'the folder is in no git repository' }],
    });
    const { problems } = await readSource(await repository(), commits);
    expect(problems).toEqual([{ path: '.git', reason: 'it has no commits yet' }]);
    const { PATH } = process.env;
    onTestFinished(() => void (process.env['PATH'] = PATH));
    process.env['PATH'] = await workspace();
    expect((await readSource(await workspace(), commits)).problems).toEqual([
      { path: '.git', reason: expect.stringMatching(/git, which is not installed/) as string },
    ]);
  });

  it('are read without running what the repository wants to be run', async () => {
    const root = await repository('first');
    const ran = join(root, 'ran');
    const program = join(root, 'program.sh');
    await writeFile(program, `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
    for (const name of ['core.pager', 'pager.log', 'gpg.program', 'core.fsmonitor', 'diff.external'])
      git(root, 'config', name, program);
    git(root, 'config', 'log.showSignature', 'true');
    expect((await readSource(root, commits)).texts).toHaveLength(1);
    await expect(access(ran)).rejects.toThrow(/ENOENT/);
  });

  it('can be left in the middle, and cancelled', async () => {
    const root = await repository();
    const stream = Array.from(
      { length: 20_000 },
      (_, at) => `commit refs/heads/many\ncommitter a <a@b.c> ${at} +0000\ndata 6\nmessag\n`,
    ).join('');
    execFileSync('git', ['-C', root, 'fast-import', '--quiet'], { input: stream });
    git(root, 'symbolic-ref', 'HEAD', 'refs/heads/many');
    const stop = new AbortController();
    let count = 0;
    const reading = (async () => {
      for await (const item of streamSource(root, commits, stop.signal))
        if ('text' in item && (count += 1) === 10) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'CancelledError' });
    expect(count).toBe(10);
    for await (const item of streamSource(root, commits)) {
      expect(item).toMatchObject({ text: 'messag' });
      break;
    }
    expect((await readSource(root, commits)).texts).toHaveLength(20_000);
  });
});
