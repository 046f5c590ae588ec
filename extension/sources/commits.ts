/** The messages of the commits of a git repository, newest first: a commit is a text. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { CancelledError } from '../protocol/appError';
import { maxRowLength } from './columns';
import type { SourceItem } from './source';
import { textLines } from './textLines';

/** Where commits are said to be; no file of a source is ever called so. */
export const commitsPath = '.git';
/** Older ones are left out. */
export const mostCommits = 100_000;
/** Digits of a commit's name, as many as the Linux kernel's own messages use. */
const nameLength = 12;
const keptComplaint = 1000;

/**
 * The commits that the current branch has. A folder without them is a problem, as is a system without git.
 *
 * @param root the workspace folder, anywhere in a repository
 * @throws CancelledError
 */
export async function* readCommits(
  root: string,
  _source: unknown,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  CancelledError.throwIf(signal);
  let count = 0;
  for await (const item of logOf(root, [`--max-count=${mostCommits + 1}`], signal)) {
    CancelledError.throwIf(signal);
    if ((count += 1) <= mostCommits) yield item;
    else yield { path: commitsPath, reason: `only the newest ${mostCommits} commits are read` };
  }
  CancelledError.throwIf(signal);
}

/** Whether a folder, or one above it, has what git makes there. */
export function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, commitsPath))) return true;
  const above = dirname(folder);
  return above !== folder && isInRepository(above);
}

/** One commit's message; undefined when there is no such commit. @param part as `readCommits` names it */
export async function readCommit(root: string, part: string): Promise<string | undefined> {
  const name = /^commit ([0-9a-f]+)$/.exec(part)?.[1];
  if (name === undefined) return undefined;
  for await (const item of logOf(root, ['--max-count=1', name]))
    return 'text' in item ? item.text : undefined;
  return undefined;
}

async function* logOf(
  root: string,
  options: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const git = startGit(
    [
      '-C',
      resolve(root),
      'log',
      '-z',
      '--encoding=UTF-8',
      '--no-show-signature',
      '--format=%H%n%B',
      ...options,
      '--',
    ],
    signal,
  );
  const ended = once(git, 'close').then(
    ([code]) => (code === 0 ? undefined : 'git ended early'),
    (error: unknown) => error,
  );
  let complaint = '';
  git.stderr.setEncoding('utf8').on('data', (piece: string) => {
    if (complaint.length < keptComplaint) complaint += piece;
  });
  try {
    git.stdout.setEncoding('utf8');
    for await (const { text } of textLines(git.stdout as AsyncIterable<string>, maxRowLength, '\0')) {
      yield commitItem(text);
    }
    const failure = await ended;
    if (failure !== undefined && !signal?.aborted)
      yield { path: commitsPath, reason: reasonOf(failure, complaint) };
  } finally {
    // Whoever has enough leaves in the middle.
    git.kill();
  }
}

function startGit(
  args: readonly string[],
  signal?: AbortSignal,
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn('git', args, {
    // Windows looks for programs in the working folder first: never in one whose files somebody else wrote.
    cwd: dirname(process.execPath),
    // Not the repository of a hook that this may run in; nothing is asked, fetched or locked.
    env: {
      ...process.env,
      ...{ GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' },
      ...{ GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'none', LC_ALL: 'C' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(signal && { signal }),
  });
}

function commitItem(record: string | undefined): SourceItem {
  if (record === undefined)
    return { path: commitsPath, reason: "a commit's message is longer than a million characters" };
  const end = record.indexOf('\n');
  const part = `commit ${record.slice(0, nameLength)}`;
  const text = record.slice(end + 1).trim();
  return text === ''
    ? { path: commitsPath, reason: `${part}: its message is empty` }
    : { path: commitsPath, part, text };
}

function reasonOf(failure: unknown, complaint: string): string {
  if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT')
    return 'commit messages are read by git, which is not installed or not on the path';
  if (/not a git repository/.test(complaint)) return 'the folder is in no git repository';
  if (/does not have any commits|bad default revision/.test(complaint)) return 'it has no commits yet';
  const said = complaint
    .trim()
    .split('\n', 1)[0]
    ?.replace(/^fatal: /, '');
  return `commit messages cannot be read (${said || String(failure)})`;
}
