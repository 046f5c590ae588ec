/** Add Source as a person goes through it, in a real VS Code: what is asked, what is shown before, what comes of it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import { Tree } from './harness/tree';
import type { Workbench } from './harness/workbench';
import { labelWorkspace, type LabelWorkspace } from './labelWorkspace';

const message = (subject: string): string =>
  `From a@example.com Tue Apr 27 19:42:22 2010\nSubject: ${subject}\n\nThe body.\n\n`;
const files = {
  'guide.md': '# Install\n\nRun it $(trash).\n\n```sh\n# no heading\n```\n\n## Use\n\nPress the key.\n',
  'post/a.eml': '\0\0\0',
  'post/b.eml': 'Subject: A parcel\n\nWhere is it?\n',
  'post/page.html': '<title>Tab</title><h1>Offer</h1><script>no()</script><p>Buy now.</p>',
  'post/box.mbox': message('First') + message('Second'),
};

let workspace: LabelWorkspace;
let code: Workbench;

beforeAll(async () => {
  workspace = await labelWorkspace(3);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(workspace.folder, path)), { recursive: true });
    await writeFile(join(workspace.folder, path), content);
  }
  code = await openExtension(workspace.folder, { name: 'source', theme: 'dark' });
});

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
});

async function sources(): Promise<unknown[]> {
  const file = join(workspace.folder, '.nanonet/tickets/classifier.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { sources: unknown[] }).sources;
}

/** The rows of the open quick pick, top to bottom, as a screen reader hears them. */
const heard = (): Promise<string[]> =>
  code.page
    .locator('.quick-input-list .monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));

/** Chooses by keyboard. */
async function choose(text: string): Promise<void> {
  await soon(async () => (await heard()).join('\n')).toContain(text);
  const active = code.page.locator('.quick-input-list .monaco-list-row.focused');
  await soon(async () => {
    const row = (await active.getAttribute('aria-label', { timeout: 1000 }).catch(() => null)) ?? '';
    if (!row.includes(text)) await code.page.keyboard.press('ArrowDown');
    return row;
  }).toContain(text);
  await code.page.keyboard.press('Enter');
}

/** The descriptions of the groups in the tree of texts: how many there are. */
async function counts(): Promise<string[]> {
  await code.activityBar('NanoNet');
  return (await (await code.tree('Texts')).rows()).map(({ label, description }) => `${label} ${description}`);
}

describe('Add Source', () => {
  it('asks what one text is, shows the first ones and adds them, by keyboard alone', async () => {
    await code.runCommand('NanoNet: Add Source');
    await choose('**/*.md');
    await choose('Each section');
    await soon(async () => (await heard()).length).toBe(3);
    const [add, first, second] = await heard();
    expect(add).toContain('Add these texts');
    expect(first).toContain('# Install Run it');
    expect(first).toContain('guide.md#section 1');
    expect(second).toContain('## Use Press the key.');
    await code.screenshot('add-source');
    // A text is never drawn as anything else than text.
    expect(await code.page.locator('.quick-input-list .codicon-trash').count()).toBe(0);
    await code.page.keyboard.press('Enter');
    await soon(sources).toContainEqual({ kind: 'files', glob: '**/*.md', unit: 'section' });
    await soon(counts).toEqual(['unlabelled 5', 'labelled 0', 'sources 2']);
    const texts = await code.tree('Texts');
    await texts.expand('unlabelled');
    await texts.click('section 2');
    await code.statusBar(/^Ln 9, /).waitFor();
    await texts.click('unlabelled');
  });

  it('leaves everything as it was when the person leaves', async () => {
    const before = await sources();
    await code.runCommand('NanoNet: Add Source');
    await choose('**/*.mbox');
    await soon(async () => (await heard()).length).toBe(3);
    expect((await heard()).join()).toContain('box.mbox#message 2');
    await code.page.keyboard.press('Escape');
    await code.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    expect(await sources()).toEqual(before);
  });

  it("takes a folder of e-mails and pages from the explorer's menu, and says what is broken", async () => {
    await code.activityBar('Explorer');
    const explorer = new Tree(code.page, code.page.locator('.explorer-folders-view .monaco-list[role=tree]'));
    await explorer.contextMenu('post');
    await code.menu('Add Source');
    await choose('Each file');
    await soon(async () => (await heard()).join('\n')).toContain('Offer Buy now.');
    const rows = (await heard()).join('\n');
    expect(rows).toContain('A parcel Where is it?');
    expect(rows).toMatch(/it is a binary file.*post\/a\.eml/);
    await code.page.keyboard.press('Enter');
    await soon(sources).toContainEqual({ kind: 'files', glob: 'post/**/*' });
    await soon(counts).toEqual(['unlabelled 9', 'labelled 0', 'sources 3']);
  });

  it('gives files that are there already another unit', async () => {
    await code.runCommand('NanoNet: Add Source');
    await choose('**/*.md');
    await choose('Each paragraph');
    await choose('Add these texts');
    const dialog = await code.dialog('**/*.md is a source of tickets already');
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await soon(sources).toContainEqual({ kind: 'files', glob: '**/*.md', unit: 'paragraph' });
    expect(await sources()).toHaveLength(3);
  });
});

it('a page that is labelled in the editor is labelled by its visible text', async () => {
  await code.openFile('post/page.html');
  await code.goTo(1);
  await code.runCommand('NanoNet: Label…');
  await choose('praise');
  await soon(async () => (await workspace.journal()).at(-1)).toMatchObject({
    op: 'label',
    label: 'praise',
    text: { path: 'post/page.html', excerpt: 'Offer Buy now.' },
  });
  await soon(() => code.editorAttachments()).toEqual(['● praise']);
  await soon(async () => (await counts()).at(1)).toBe('labelled 1');
  expect(code.complaints.filter((line) => /nanonet|Content.Security/i.test(line))).toEqual([]);
});
