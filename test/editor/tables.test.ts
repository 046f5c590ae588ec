/** Tables in a real VS Code: a row is a text, where it stands in its file. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chord, closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Workbench } from './harness/workbench';
import type { JournalLine } from './sampleWorkspace';

const csv = ['id,body', '1,Where is my parcel?', '2,"It rang,', 'and nobody spoke."', '3,Well done', ''].join(
  '\n',
);

let folder: string;
let project: string;
let code: Workbench;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'nanonet-tables-')), 'calls');
  project = join(folder, '.nanonet', 'calls');
  await mkdir(project, { recursive: true });
  await writeFile(join(folder, 'calls.csv'), csv);
  const parquet = parquetWriteBuffer({ columnData: [{ name: 'body', data: ['Thank you'], type: 'STRING' }] });
  await writeFile(join(folder, 'mails.parquet'), Buffer.from(parquet));
  const classifier = {
    ...{ version: 1, name: 'calls' },
    labels: ['question', 'praise'].map((name) => ({ name, key: name.charAt(0) })),
    sources: [
      { kind: 'csv', glob: '*.csv', text: 'body' },
      { kind: 'parquet', glob: '*.parquet', text: 'body' },
    ],
  };
  await writeFile(join(project, 'classifier.json'), JSON.stringify(classifier, null, 2));
  code = await openExtension(folder, { name: 'tables', theme: 'dark' });
});

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function lastLine(): Promise<JournalLine | undefined> {
  const content = await readFile(join(project, 'labels.jsonl'), 'utf8').catch(() => '');
  const last = content.trim().split('\n').at(-1);
  return last ? (JSON.parse(last) as JournalLine) : undefined;
}

/** From top to bottom. */
const lenses = (): Promise<(string | null)[]> =>
  code.page.locator('.codelens-decoration').evaluateAll((found) =>
    found
      .map((lens) => ({ top: lens.getBoundingClientRect().top, text: lens.textContent }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  );

async function pickLabel(key: string): Promise<void> {
  await code.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Label' }).waitFor();
  await code.page.keyboard.press(key);
  await code.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

describe('a table whose rows are texts', () => {
  it('shows a row of the tree where it stands in its file, and the rows’ lenses', async () => {
    await code.activityBar('NanoNet');
    const texts = await code.tree('Texts');
    await texts.expand('unlabelled');
    await soon(async () =>
      (await texts.rows()).map(({ label, description }) => `${label} ${description}`),
    ).toEqual([
      'unlabelled 4',
      'row 1 calls.csv',
      'row 2 calls.csv',
      'row 3 calls.csv',
      'row 1 mails.parquet',
      'labelled 0',
      'sources 2',
    ]);
    await texts.click('row 2');
    await code.statusBar(/^Ln 4, Col 19 \(\d+ selected\)$/).waitFor();
    await soon(lenses).toEqual([
      'not labelled · label it',
      'not labelled · label it',
      'not labelled · label it',
    ]);
  });

  it('labels the row at the cursor, by its text', async () => {
    await code.goTo(4);
    await chord(code, 'l');
    await pickLabel('q');
    expect(await lastLine()).toMatchObject({
      ...{ op: 'label', label: 'question' },
      text: { path: 'calls.csv', part: 'row 2', excerpt: 'It rang, and nobody spoke.' },
    });
    await soon(() => code.editorAttachments()).toEqual(['● question']);
    await soon(lenses).toEqual(['not labelled · label it', 'question · change', 'not labelled · label it']);
    await code.page.keyboard.press('ControlOrMeta+K');
    await code.page.keyboard.press('ControlOrMeta+I');
    await code.page.locator('.monaco-hover:visible', { hasText: 'labelled question' }).first().waitFor();
    await code.page.keyboard.press('Escape');
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`tables-rows-${theme}`);
    }
  });

  it('goes from row to row without a label, and back', async () => {
    await code.goTo(4);
    await chord(code, 'n');
    await code.statusBar(/^Ln 5, /).waitFor();
    await chord(code, 'Shift+N');
    await code.statusBar(/^Ln 2, /).waitFor();
  });

  it('labels a row by its lens, and several rows in one step', async () => {
    await code.page.getByRole('button', { name: 'question · change' }).click();
    await pickLabel('p');
    expect(await lastLine()).toMatchObject({ label: 'praise', text: { part: 'row 2' } });
    await code.select({ line: 2, column: 3, endLine: 5, endColumn: 4 });
    await chord(code, 'l');
    await pickLabel('q');
    await soon(lenses).toEqual(['question · change', 'question · change', 'question · change']);
    await chord(code, 'u');
    await soon(lenses).toEqual(['not labelled · label it', 'praise · change', 'not labelled · label it']);
  });

  it('follows a row that an edit moves', async () => {
    await code.goTo(2);
    await code.page.keyboard.type('0,New\n');
    await soon(lenses).toEqual([
      ...['not labelled · label it', 'not labelled · label it', 'praise · change', 'not labelled · label it'],
    ]);
    await soon(() => code.editorAttachments()).toEqual(['● praise']);
    await code.runCommand('File: Revert File');
  });

  it('shows a row of a file that is no text alone, and labels it there', async () => {
    const texts = await code.tree('Texts');
    await soon(async () => (await texts.rows()).filter(({ label }) => label === 'row 1').length).toBe(2);
    await texts.element.getByRole('treeitem', { name: /mails\.parquet/ }).click();
    await soon(() => code.editorText()).toBe('Thank you');
    await code.goTo(1);
    await chord(code, 'l');
    await pickLabel('p');
    expect(await lastLine()).toMatchObject({
      label: 'praise',
      text: { path: 'mails.parquet', part: 'row 1' },
    });
    await soon(() => code.editorAttachments()).toEqual(['● praise']);
  });

  it('asks before the same files become other texts', async () => {
    const add = async (column: string): Promise<void> => {
      await code.runCommand('NanoNet: Add Source');
      await code.quickPick('Other files…');
      await code.quickInput('*.csv');
      await code.quickPick(column);
      await code.quickPick('No labels there');
      await code.quickPick('Add these texts');
    };
    const sources = async (): Promise<unknown> => {
      const content = await readFile(join(project, 'classifier.json'), 'utf8');
      return (JSON.parse(content) as { sources: unknown }).sources;
    };
    const before = await sources();
    await add('body');
    await code.toast('*.csv is a source of calls already: a row is a text, from body.');
    expect(await sources()).toEqual(before);
    await add('id');
    const dialog = await code.dialog('*.csv is a source of calls already');
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await soon(sources).toMatchObject([{ kind: 'csv', glob: '*.csv', text: 'id' }, { kind: 'parquet' }]);
  });

  it('complains of nothing', () => {
    expect(code.complaints.filter((line) => /nanonet/i.test(line))).toEqual([]);
  });
});
