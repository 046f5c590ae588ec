/** Lines, paragraphs and rows of an open document, classified in a real VS Code: looked at, edited, accepted, corrected. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shallowBase } from '../engine/learn/tinyRun';
import { chord, closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Workbench } from './harness/workbench';
import { sampleWorkspace, type SampleWorkspace } from './sampleWorkspace';
import { trainSample } from './trainSample';

const inbox = [
  'You have won a prize, claim it now.',
  'Our newsletter of the week: ten new articles.',
  'Shall we meet at the station on Sunday?',
  '',
  'Cheap loans, approved today, no questions.',
  'Dinner at eight, mother cooks.',
  '',
].join('\n');
const answer = /^(unsure: )?(spam|newsletter|personal) [01]\.\d\d$/;

let base: string;
let workspace: SampleWorkspace;
let code: Workbench;

beforeAll(async () => {
  base = await shallowBase();
  workspace = await sampleWorkspace({ base, students: [[0], [1]], windowTokens: 24 });
  const { folder } = workspace;
  await trainSample(folder, { seed: 1, steps: 16 });
  await writeFile(join(folder, 'inbox.txt'), inbox);
  await writeFile(join(folder, 'calls.csv'), 'id,body\n1,"Win a car,\nnow"\n2,See you on Monday\n');
  const many = Array.from(
    { length: 20_000 },
    (_, at) => `Case ${at}: the parcel of customer ${at * 7} is late`,
  );
  await writeFile(join(folder, 'many.txt'), many.join('\n'));
  const file = join(folder, '.nanonet', 'mail', 'classifier.json');
  const classifier = JSON.parse(await readFile(file, 'utf8')) as { sources: object[] };
  const sources = [...classifier.sources, { kind: 'csv', glob: 'calls.csv', text: 'body' }];
  await writeFile(file, JSON.stringify({ ...classifier, sources }, null, 2));
  code = await openExtension(folder, {
    ...{ name: 'parts', theme: 'dark' },
    settings: { 'files.autoSave': 'off' },
  });
}, 480_000);

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
  await rm(base, { recursive: true, force: true });
});

/** Texts that the editor shows beside the document's: answers first, then labels. */
async function beside(): Promise<{ answers: string[]; labels: string[] }> {
  const all = await code.editorAttachments();
  return {
    answers: all.filter((text) => answer.test(text)),
    labels: all.filter((text) => text.startsWith('●')),
  };
}

const answers = async (): Promise<number> => (await beside()).answers.length;

describe('the parts of a document', () => {
  it('have their answer after them', async () => {
    await code.openFile('inbox.txt');
    await code.runCommand('NanoNet: Classify Lines');
    await soon(answers).toBe(5);
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`parts-lines-${theme}`);
    }
  });

  it('lose it while they are edited; the others keep theirs, wherever they go', async () => {
    const before = (await beside()).answers;
    await code.goTo(2, 3);
    await code.page.keyboard.type('x');
    await soon(async () => (await beside()).answers).toEqual(before.filter((_, at) => at !== 1));
    await code.page.keyboard.press('Backspace');
    await soon(async () => (await beside()).answers).toEqual(before);
    await code.goTo(1);
    await code.page.keyboard.type('A line more\n');
    await soon(async () => (await beside()).answers).toEqual(before);
    await code.runCommand('File: Revert File');
    await soon(async () => (await beside()).answers).toEqual(before);
  });

  it('say in their hover what was second, and why', async () => {
    await code.goTo(3);
    await code.page.keyboard.press('ControlOrMeta+K');
    await code.page.keyboard.press('ControlOrMeta+I');
    const hover = code.page.locator('.monaco-hover:visible', { hasText: 'Accept' }).first();
    await soon(() => hover.textContent()).toMatch(
      /\w+\s[01]\.\d\d\s·\s\w+\s[01]\.\d\d\s\(model\sv1\).*Most\sfor\s\w+:\s“.+”/s,
    );
    await code.screenshot('parts-hover-dark');
    await code.page.keyboard.press('Escape');
  });

  it('are accepted by one key, which goes to the next', async () => {
    const [first] = (await beside()).answers;
    await code.goTo(1);
    await code.page.keyboard.press('Alt+Enter');
    await code.statusBar(/^Ln 2, Col 1$/).waitFor();
    const label = /(spam|newsletter|personal)/.exec(first ?? '')?.[0];
    expect((await workspace.journal()).at(-1)).toMatchObject({
      ...{ op: 'label', label },
      text: { path: 'inbox.txt', quote: 'You have won a prize, claim it now.' },
    });
    await soon(beside).toMatchObject({ answers: { length: 4 }, labels: [`● ${label}`] });
  });

  it('are corrected by one key and the label’s own', async () => {
    await code.page.keyboard.press('Alt+Shift+Enter');
    await code.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Label' }).waitFor();
    await code.page.keyboard.press('n');
    await code.statusBar(/^Ln 3, Col 1$/).waitFor();
    expect((await workspace.journal()).at(-1)).toMatchObject({
      ...{ op: 'label', label: 'newsletter' },
      text: { path: 'inbox.txt', quote: 'Our newsletter of the week: ten new articles.' },
    });
    await soon(beside).toMatchObject({ answers: { length: 3 }, labels: { length: 2 } });
    await chord(code, 'u');
    await soon(answers).toBe(4);
    await code.screenshot('parts-accepted-dark');
  });

  it('may be paragraphs', async () => {
    await code.runCommand('NanoNet: Classify Paragraphs');
    await soon(answers).toBe(2);
    await chord(code, 'Escape');
    await soon(answers).toBe(0);
  });

  it('are rows in a table, whatever was asked for', async () => {
    await code.openFile('calls.csv');
    await code.runCommand('NanoNet: Classify Lines');
    await soon(answers).toBe(2);
    await code.screenshot('parts-rows-dark');
    await code.goTo(3);
    await code.page.keyboard.press('Alt+Enter');
    await code.statusBar(/^Ln 4, Col 1$/).waitFor();
    expect((await workspace.journal()).at(-1)).toMatchObject({
      op: 'label',
      text: { path: 'calls.csv', part: 'row 1', excerpt: 'Win a car, now' },
    });
    await soon(answers).toBe(1);
  });

  it('are answered in pieces where they are many, until somebody says stop', async () => {
    await code.openFile('many.txt');
    await code.runCommand('NanoNet: Classify Lines');
    const toast = await code.toast('Classifying many.txt');
    await soon(answers).toBeGreaterThan(10);
    await toast.getByText(/[\d,]+ of 20,000/).waitFor();
    await toast.getByRole('button', { name: 'Cancel' }).click();
    await toast.waitFor({ state: 'detached', timeout: 5000 });
    await code.statusBar(/labelled or not asked/).waitFor();
    expect(await answers()).toBeGreaterThan(10);
  });

  it('that are none are told', async () => {
    await code.openFile('inbox.txt');
    await code.runCommand('NanoNet: Classify Rows');
    await code.toast('This is no table of “mail”');
  });
});
