import { execFile, type SpawnOptions } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LabelJournal } from '../../extension/project/labelJournal';
import { createClassifier } from '../../extension/project/classifierFile';
import { buildJournalWriter, type JournalWriter, type Writing } from './writing';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

let writer: JournalWriter;

beforeAll(async () => {
  writer = await buildJournalWriter();
});

afterAll(() => writer.remove());

async function folder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'nanonet-journal-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

/** Ids of the labels that hold. */
function idsIn(journal: LabelJournal): string[] {
  return journal.state.labelledDocuments().map(({ id }) => id);
}

describe('a killed process', () => {
  it('loses no label that it was told is saved', async () => {
    const root = await folder();
    const saved: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const writing = writer.write(root, `round${round}`, 1_000_000);
      while (writing.saved.length < 15 + round * 7) await new Promise((resolve) => setTimeout(resolve, 1));
      writing.child.kill('SIGKILL');
      expect(await writing.ended).toBe('');
      saved.push(...writing.saved);
    }
    const journal = await LabelJournal.open(root, 'mail');
    const ids = new Set(idsIn(journal));
    expect(saved.length).toBeGreaterThan(8 * 15);
    expect(saved.filter((id) => !ids.has(id))).toEqual([]);
    await journal.label({ path: 'after.txt', text: 'after' }, 'ham');
    expect((await LabelJournal.open(root, 'mail')).state.documentLabel('after.txt')).toMatchObject({
      label: 'ham',
    });
  });
});

describe('a torn last line', () => {
  it('at every byte loses nothing before it, and the next label begins on a fresh line', async () => {
    const root = await folder();
    const journal = await LabelJournal.open(root, 'mail');
    await journal.label({ path: 'a.txt', text: 'first' }, 'x');
    const whole = await readFile(journal.file);
    await journal.label({ path: 'bé.txt', text: 'zweiter Text, größer 😀' }, 'y');
    const line = (await readFile(journal.file)).subarray(whole.length);
    for (let cut = 0; cut <= line.length; cut += 1) {
      await writeFile(journal.file, Buffer.concat([whole, line.subarray(0, cut)]));
      const torn = await LabelJournal.open(root, 'mail');
      // Without only the line end the entry is whole.
      const lost = cut < line.length - 1;
      expect(torn.state.labelledPaths()).toEqual(lost ? ['a.txt'] : ['a.txt', 'bé.txt']);
      expect(torn.problems.map(({ line: at, reason }) => `${at} ${reason.slice(0, 4)}`)).toEqual(
        lost && cut > 0 ? ['2 torn'] : [],
      );
      await torn.label({ path: 'c.txt', text: 'third' }, 'z');
      for (const after of [torn, await LabelJournal.open(root, 'mail')]) {
        expect(after.state.labelledPaths()).toEqual(lost ? ['a.txt', 'c.txt'] : ['a.txt', 'bé.txt', 'c.txt']);
        expect(after.problems).toHaveLength(lost && cut > 0 ? 1 : 0);
      }
    }
  });
});

/** Writes until there is no space, then checks that all is there, and that it goes on when there is space. */
async function fillUp(root: string, writing: Writing, makeSpace: () => Promise<unknown>): Promise<void> {
  expect(await writing.ended).toMatch(
    /^failed journal\/not-saved .*there is no space left for .*labels\.jsonl; free/,
  );
  expect(writing.saved.length).toBeGreaterThan(10);
  const full = await LabelJournal.open(root, 'mail');
  expect(full.problems).toEqual([]);
  expect(idsIn(full)).toEqual(writing.saved);
  expect((await readFile(full.file, 'utf8')).endsWith('\n')).toBe(true);
  await makeSpace();
  await full.label({ path: 'after.txt', text: 'after' }, 'ham');
  const after = await LabelJournal.open(root, 'mail');
  expect([idsIn(after).length, after.problems]).toEqual([writing.saved.length + 1, []]);
}

describe('a full disk', () => {
  it('by a limit on the file: refuses the label, keeps the others, goes on later', async () => {
    const root = await folder();
    // In blocks of 1024 bytes; the line that crosses the limit is written in part.
    await fillUp(root, writer.write(root, 'w', 1_000_000, {}, 'ulimit -f 20; '), async () => undefined);
  });

  it('in earnest: refuses the label, keeps the others, goes on later', async ({ skip }) => {
    const root = await folder();
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root]);
    } catch {
      skip('needs the right to mount');
    }
    onTestFinished(async () => void (await run('umount', [root])));
    await writeFile(join(root, 'filler'), Buffer.alloc(16 * 1024));
    await fillUp(root, writer.write(root, 'w', 1_000_000), () => rm(join(root, 'filler')));
  });
});

describe('a folder that may not be written', () => {
  const user: SpawnOptions = isRoot ? { uid: nobody, gid: nobody } : {};

  it('refuses the first label and says why', async () => {
    const root = await folder();
    await chmod(root, 0o555);
    onTestFinished(() => chmod(root, 0o755));
    const writing = writer.write(root, 'w', 3, user);
    expect(await writing.ended).toMatch(
      /^failed journal\/not-saved .*labels\.jsonl may not be written; allow it/,
    );
    expect(writing.saved).toEqual([]);
  });

  it('leaves a journal that may only be read as it is', async () => {
    const root = await folder();
    await chmod(root, 0o755);
    const journal = await LabelJournal.open(root, 'mail');
    await journal.label({ path: 'a.txt', text: 'a' }, 'x');
    const before = await readFile(journal.file, 'utf8');
    await chmod(journal.file, 0o444);
    expect(await writer.write(root, 'w', 3, user).ended).toMatch(/^failed journal\/not-saved/);
    expect(await readFile(journal.file, 'utf8')).toBe(before);
    await chmod(journal.file, 0o644);
    if (isRoot) await chown(journal.file, nobody, nobody);
    expect(await writer.write(root, 'w', 3, user).ended).toBe('done');
  });
});

describe('processes that label at once', () => {
  it('tear no lines, and see each other', async () => {
    const root = await folder();
    const writings = ['ada', 'bob', 'eve'].map((name) => writer.write(root, name, 150));
    for (const { ended } of writings) expect(await ended).toBe('done');
    const journal = await LabelJournal.open(root, 'mail');
    expect(journal.problems).toEqual([]);
    expect(idsIn(journal).sort()).toEqual(writings.flatMap(({ saved }) => saved).sort());
    expect(idsIn(journal)).toHaveLength(450);
  });
});

describe('journals merged by git', () => {
  it('keep both sides and mean the same, whoever merges', async () => {
    const root = await folder();
    const git = (cwd: string, ...args: string[]) =>
      run(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false', ...args],
        { cwd },
      );
    await createClassifier(root, { name: 'mail', labels: ['x', 'y'] });
    await (await LabelJournal.open(root, 'mail')).label({ path: 'a.txt', text: 'a' }, 'x');
    await git(root, 'init', '-q', '-b', 'ada');
    await git(root, 'add', '.');
    await git(root, 'commit', '-qm', 'base');
    const onBranch = async (name: string, work: (journal: LabelJournal) => Promise<unknown>) => {
      await work(await LabelJournal.open(root, 'mail'));
      await git(root, 'commit', '-qam', name);
    };
    await git(root, 'branch', 'bob');
    await onBranch('ada', async (journal) => {
      await journal.label({ path: 'b.txt', text: 'b' }, 'x');
      await journal.label({ path: 'a.txt', text: 'a' }, 'y');
      await journal.undo();
    });
    await git(root, 'checkout', '-q', 'bob');
    await onBranch('bob', async (journal) => {
      await journal.label({ path: 'c.txt', text: 'c' }, 'y');
      await journal.label({ path: 'b.txt', text: 'b' }, 'y');
    });
    const copy = join(dirname(root), `${root.slice(dirname(root).length + 1)}-copy`);
    onTestFinished(() => rm(copy, { recursive: true, force: true }));
    await mkdir(copy);
    await cp(root, copy, { recursive: true });
    await git(root, 'merge', '-q', '--no-edit', 'ada');
    await git(copy, 'checkout', '-q', 'ada');
    await git(copy, 'merge', '-q', '--no-edit', 'bob');
    const [one, other] = [await LabelJournal.open(root, 'mail'), await LabelJournal.open(copy, 'mail')];
    expect(await readFile(one.file, 'utf8')).not.toBe(await readFile(other.file, 'utf8'));
    const labels = one.state.labelledDocuments().map(({ text, label }) => `${text.path} ${label}`);
    expect(labels.sort()).toEqual(['a.txt x', 'b.txt y', 'c.txt y']);
    expect(other.state.labelledDocuments()).toEqual(one.state.labelledDocuments());
    expect([one.problems, other.problems]).toEqual([[], []]);
    expect(await one.undo()).toEqual(await other.undo());
    expect(await one.undo()).toEqual(await other.undo());
  });
});
