import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainPanelState } from '../../extension/protocol/panelApi';
import type { TrainSnapshot } from '../../extension/protocol/snapshot';
import { axeFaults } from './axe';
import type { PanelPageOptions, ThemeName } from './panelPage';
import { PanelBrowser, changeTheme, screenshot, send, settled, themes } from './panelPage';
import { before, blockedState, done, ended, failed, inStage, opened, training } from './states';

const themeNames = Object.keys(themes) as ThemeName[];
const withRun = (snapshot: TrainSnapshot): TrainPanelState => ({ ...before, snapshot });

const states: Readonly<Record<string, TrainPanelState>> = {
  before,
  blocked: blockedState,
  embed: withRun(inStage('embed', 2048, 7990, 0.08)),
  training: withRun(training(168)),
  calibrate: withRun(inStage('calibrate', 0, 0, 0.92)),
  done: withRun(done()),
  'trained again': {
    ...withRun(done()),
    labelCounts: [...before.labelCounts, { label: 'praise', count: 4 }],
    previous: { name: 'v2', labelled: 30, accuracy: 0.842 },
  },
  failed: withRun(failed()),
  cancelled: withRun(ended('cancelled')),
  interrupted: withRun(ended('interrupted')),
  paused: withRun(ended('paused')),
};

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.close());

/** Opens the panel, drives it, and holds it to a silent console. */
async function panel(
  state: TrainPanelState,
  drive: (page: Page) => Promise<void>,
  options?: PanelPageOptions,
): Promise<void> {
  const { page, complaints } = await browser.open(state, options);
  try {
    await drive(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
  }
}

const asked = (page: Page): Promise<string[]> => page.evaluate(() => window.panelHost.asked);
const buttons = (page: Page): Promise<string[]> => page.locator('vscode-button').allTextContents();
const spoken = (page: Page): Promise<string | null> => page.getByRole('status').textContent();
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('the states', () => {
  it('before: says what there is to learn from, and offers one button', () =>
    panel(before, async (page) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('topic');
      await page.getByText('Ready to train').waitFor();
      await page.getByText('42 labelled texts, 7,948 unlabelled to learn from as well.').waitFor();
      const rows = await page
        .getByRole('list', { name: 'Labels a class' })
        .getByRole('listitem')
        .allTextContents();
      expect(rows.map(plain)).toEqual(['bug 14', 'feature 15', 'question 13']);
      expect(await buttons(page)).toEqual(['Train']);
    }));

  it('before: says what it will take and what would help most, and leads there', () =>
    panel(before, async (page) => {
      const line = page.locator('.preflight-line');
      expect((await line.locator('p').allInnerTexts()).map(plain)).toEqual([
        '42 labelled texts, 7,948 unlabelled to learn from as well.',
        'About 3 min and 0.9 GB of memory on the CPU, by a trial on this computer. WebGPU is not used: slower (210 ms a ' +
          'step) than the 84 ms of cpu.',
        'What would help most: 3 more of “question”. Label',
      ]);
      await line.getByRole('button', { name: 'Label' }).click();
      await expect.poll(() => asked(page)).toEqual(['panel/ready', 'panel/label']);
      await send(page, opened);
      expect(plain(await line.innerText())).toContain('Trying out where it computes fastest');
      await send(page, { ...before, expected: null });
      expect(plain(await line.innerText())).not.toContain('Trying out');
    }));

  it('after, trained again: says what the model before had, compares, and counts the labels that have come since', () =>
    panel(states['trained again'] ?? before, async (page) => {
      await page.getByText('Before, v2 had an accuracy of 0.84 from 30 labelled texts.').waitFor();
      await page.getByText('4 labels more than the last model learned from.').waitFor();
      expect(await buttons(page)).toEqual(['Compare with v2', 'Train Again']);
      await page.getByRole('button', { name: 'Compare with v2' }).click();
      await expect.poll(() => asked(page)).toEqual(['panel/ready', 'panel/compare']);
    }));

  it('before, with something missing: says it in one sentence, and the button waits', () =>
    panel(blockedState, async (page) => {
      await page.getByText(blockedState.blocked ?? 'none').waitFor();
      const train = page.getByRole('button', { name: 'Train' });
      expect(await train.evaluate((button) => button.hasAttribute('disabled'))).toBe(true);
      await train.click({ force: true });
      expect(await asked(page)).toEqual(['panel/ready']);
    }));

  it('takes a label as text, whatever it contains', () => {
    const label = '<img src=x onerror="document.title=1">';
    return panel({ ...before, labelCounts: [{ label, count: 3 }] }, async (page) => {
      await page.getByText(label).waitFor();
      expect(await page.locator('img').count()).toBe(0);
    });
  });

  it('during: the stages as steps, with the progress of the running one', () =>
    panel(withRun(training(168)), async (page) => {
      const steps = await page.getByRole('list', { name: 'Stages' }).getByRole('listitem').allTextContents();
      expect(steps.map(plain)).toEqual([
        'Read, done',
        'Embed, done',
        'Teacher, done',
        'Spread labels, done',
        'Teacher and students, running 168 of 400',
        'Calibrate, waiting',
        'Export, waiting',
      ]);
      const tops = await page
        .locator('.stage')
        .evaluateAll((all) => all.map((stage) => stage.getBoundingClientRect().top));
      expect(new Set(tops).size, 'all in one row').toBe(1);
      const bar = page.getByRole('progressbar', { name: 'Teacher and students' });
      expect([await bar.getAttribute('aria-valuenow'), await bar.getAttribute('aria-valuemax')]).toEqual([
        '168',
        '400',
      ]);
      expect(plain(await page.locator('.status').innerText())).toBe('Training 49 % · about 1 min left');
      expect(plain(await page.locator('.figures').innerText())).toContain('Device CPU');
      expect(await buttons(page)).toEqual(['Pause', 'Cancel']);
    }));

  it('during: a row for each model, with its line', () =>
    panel(withRun(training(168)), async (page) => {
      const table = page.getByRole('table').filter({ hasText: 'Trained parameters' });
      const rows = (await table.getByRole('row').allInnerTexts()).map(plain);
      expect(rows).toEqual([
        'Model Layers Trained parameters Loss Accuracy Agreement',
        'Teacher 6 (0–5) 73.7 K 0.259 0.83 –',
        'Student 1 3 (0–2) 36.9 K 0.377 0.77 0.85',
        'Student 2 3 (0, 2, 4) 36.9 K 0.581 0.72 0.79',
      ]);
      const dashes = await table
        .locator('line')
        .evaluateAll((lines) => lines.map((l) => l.getAttribute('stroke-dasharray')));
      expect(new Set(dashes).size).toBe(3);
    }));

  it('a stage that cannot count says that it runs, not how far it is', () =>
    panel(withRun(inStage('calibrate', 0, 0, 0.92)), async (page) => {
      const bar = page.getByRole('progressbar', { name: 'Calibrate' });
      expect(await bar.getAttribute('aria-valuenow')).toBeNull();
    }));

  it('after: the result table marks the exported model and says what it was measured on', () =>
    panel(withRun(done()), async (page) => {
      await page.getByText('Measured on 600 texts with known labels.').waitFor();
      const rows = (await page.locator('table.results').getByRole('row').allInnerTexts()).map(plain);
      expect(rows).toEqual([
        'Model Accuracy Macro-F1',
        'Student 2 exported 0.87 0.87',
        'Student 1 0.86 0.85',
        'Teacher 0.88 0.87',
        'Logistic regression on frozen embeddings 0.80 0.79',
      ]);
      const figures = plain(await page.locator('.figures').innerText());
      for (const figure of ['44.8 MB', '413 texts/s', '2 min 41 s', '812 MB'])
        expect(figures).toContain(figure);
      expect(await buttons(page)).toEqual(['Train Again']);
    }));

  it('failed: the one sentence, the log, and another try', () =>
    panel(withRun(failed()), async (page) => {
      await page.getByText('The engine ran out of memory in step 168').waitFor();
      expect(await buttons(page)).toEqual(['Show Log', 'Train Again']);
      await page.getByRole('button', { name: 'Show Log' }).click();
      await expect.poll(() => asked(page)).toEqual(['panel/ready', 'panel/showLog']);
    }));

  it.each([
    ['cancelled', 'Training was cancelled', 'Train'],
    ['interrupted', 'Training was interrupted', 'Resume'],
  ] as const)('%s: says so and where, and offers to go on', (state, words, button) =>
    panel(withRun(ended(state)), async (page) => {
      await page.getByText(words, { exact: true }).waitFor();
      expect(plain(await page.locator('.note').innerText())).toMatch(/at 49 %, in “Teacher and students”/);
      expect(await buttons(page)).toEqual([button]);
    }),
  );
});

describe('the buttons', () => {
  it('Train asks the host once, waits, and gives the focus to the heading when the run begins', () =>
    panel(before, async (page) => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Starting…' }).waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => asked(page)).toEqual(['panel/ready', 'panel/train']);
      await send(page, withRun(training(0)));
      expect(await buttons(page)).toEqual(['Pause', 'Cancel']);
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
      await page.keyboard.press('Enter'); // a press too many is not "Cancel"
      expect(await asked(page)).toEqual(['panel/ready', 'panel/train']);
    }));

  it('Cancel asks once, says that it is under way, and is done when the host says so', () =>
    panel(withRun(training(100)), async (page) => {
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Cancelling…' }).waitFor();
      await send(page, withRun(training(101)));
      expect(await buttons(page)).toEqual(['Pause', 'Cancelling…']);
      await send(page, withRun(ended('cancelled')));
      expect(await buttons(page)).toEqual(['Train']);
      expect(await asked(page)).toEqual(['panel/ready', 'panel/cancel']);
    }));

  it('Pause asks once and waits for the host; Resume takes its place, and the charts stay', () =>
    panel(withRun(training(168)), async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Pausing…' }).waitFor();
      await send(page, withRun(training(169)));
      expect(await buttons(page)).toEqual(['Pausing…', 'Cancel']);
      await send(page, withRun(ended('paused')));
      expect(await buttons(page)).toEqual(['Resume', 'Cancel']);
      expect(plain(await page.locator('.note').innerText())).toMatch(
        /^Waits at 49 %, in “Teacher and students”/,
      );
      expect(await page.locator('canvas').count()).toBe(4);
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByRole('button', { name: 'Resuming…' }).waitFor();
      await send(page, withRun(training(170)));
      expect(await buttons(page)).toEqual(['Pause', 'Cancel']);
      expect(await asked(page)).toEqual(['panel/ready', 'panel/pause', 'panel/resume']);
    }));

  it("says the host's sentence when it cannot begin, and can be pressed again", () =>
    panel(before, async (page) => {
      const sentence = 'The workspace is not trusted: trust it to train.';
      await page.evaluate((refuse) => (window.panelHost.refuse = refuse), sentence);
      await page.getByRole('button', { name: 'Train' }).click();
      expect(plain((await page.getByRole('alert').textContent()) ?? '')).toBe(sentence);
      await page.evaluate(() => (window.panelHost.refuse = undefined));
      await page.getByRole('button', { name: 'Train' }).click();
      await expect.poll(() => asked(page)).toContain('panel/train');
      expect(await page.getByRole('alert').count()).toBe(0);
    }));

  it('are reached in order by Tab, each with a visible ring', () =>
    panel(withRun(training(168)), async (page) => {
      const path: string[] = [];
      for (let press = 0; press < 6; press++) {
        await page.keyboard.press('Tab');
        path.push(
          await page.evaluate(() => {
            const focused = document.activeElement;
            const drawn = focused?.shadowRoot?.querySelector('.base') ?? focused;
            const ring = drawn ? getComputedStyle(drawn) : undefined;
            return `${focused?.getAttribute('aria-label') ?? focused?.textContent?.trim()}: ${ring?.outlineStyle} ${ring?.outlineWidth}`;
          }),
        );
      }
      expect(path).toEqual([
        'Pause: solid 1px',
        'Cancel: solid 1px',
        'Held-out accuracy as a table: solid 1px',
        'Training loss as a table: solid 1px',
        'Agreement between students as a table: solid 1px',
        'Trust in unlabelled texts as a table: solid 1px',
      ]);
    }));
});

describe('the charts', () => {
  it('have a twin: a table of the same numbers, kept over a reload of the webview', () =>
    panel(withRun(training(168)), async (page) => {
      const chart = page.getByRole('img', {
        name: /^Held-out accuracy by step, a line chart\. Teacher: 0\.83 at step 160/,
      });
      await chart.waitFor();
      const toggle = page.getByRole('button', { name: 'Held-out accuracy as a table' });
      await toggle.press('Enter');
      expect(await toggle.getAttribute('aria-pressed')).toBe('true');
      const rows = (
        await page.getByRole('region', { name: 'Held-out accuracy' }).getByRole('row').allInnerTexts()
      ).map(plain);
      expect(rows[0]).toBe('Step Teacher Student 1 Student 2');
      expect(rows.at(-1)).toBe('160 0.83 0.77 0.72');
      expect(rows).toHaveLength(10);
      expect(await page.evaluate(() => window.panelHost.memory)).toEqual({ accuracyAsTable: true });
      await screenshot(page, 'training-table-dark');
      await toggle.press('Enter');
      await chart.waitFor();
    }));

  it('open as the person left them', () =>
    panel(
      withRun(training(168)),
      async (page) => {
        await page.getByRole('region', { name: 'Training loss' }).waitFor();
        expect(await page.locator('canvas').count()).toBe(3);
      },
      { memory: { lossAsTable: true } },
    ));

  it('draw lines in the colours of the theme, also after it changed', () =>
    panel(withRun(training(400)), async (page) => {
      for (const theme of ['dark', 'light', 'high-contrast'] as const) {
        await changeTheme(page, theme);
        const variables: Readonly<Record<string, string>> = themes[theme].variables;
        for (const name of ['label1', 'label2']) {
          const colour = variables[`--vscode-nanonet-${name}`] ?? '';
          expect(await pixelsOf(page, colour), `${colour} in ${theme}`).toBeGreaterThan(50);
        }
      }
    }));

  it('fit a narrow panel and follow its width', () =>
    panel(
      withRun(training(168)),
      async (page) => {
        for (const width of [400, 560, 1200]) {
          await page.setViewportSize({ width, height: 800 });
          await settled(page);
          const { overflow, charts } = await page.evaluate(() => ({
            overflow: document.documentElement.scrollWidth - window.innerWidth,
            charts: [...document.querySelectorAll('.plot')].map((plot) => [
              plot.clientWidth,
              plot.querySelector('canvas')?.clientWidth,
            ]),
          }));
          expect(overflow, `at ${width}`).toBeLessThanOrEqual(0);
          for (const [room, drawn] of charts) expect(drawn).toBe(room);
        }
      },
      { width: 400 },
    ));
});

/** How many pixels of the first chart have nearly this colour (`#rrggbb`). */
function pixelsOf(page: Page, colour: string): Promise<number> {
  return page.evaluate((hex) => {
    const canvas = document.querySelector('canvas');
    if (!canvas) return -1;
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
      willReadFrequently: true,
    });
    if (!context) return -1;
    context.drawImage(canvas, 0, 0);
    const wanted = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (
        wanted.every((value, channel) => Math.abs((data[at + channel] ?? 0) - value) < 6) &&
        data[at + 3] === 255
      )
        count++;
    }
    return count;
  }, colour);
}

describe('a screen reader', () => {
  it('hears stages, tenths and the end, and nothing else', () =>
    panel(before, async (page) => {
      const heard: (string | null)[] = [await spoken(page)];
      const hear = async (snapshot: TrainSnapshot): Promise<void> => {
        await send(page, withRun(snapshot));
        const now = await spoken(page);
        if (now !== heard.at(-1)) heard.push(now);
      };
      await hear(inStage('read', 0, 1, 0));
      await hear(inStage('embed', 100, 7990, 0.02));
      await hear(inStage('embed', 200, 7990, 0.03));
      for (let step = 0; step <= 400; step += 10) await hear(training(step));
      await hear(done());
      expect(heard.map((said) => plain(said ?? ''))).toEqual([
        '',
        'Read, 0 %',
        'Embed, 0 %',
        ...[2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => `Teacher and students, ${tenth}0 %`),
        'Trained. Accuracy 0.87.',
      ]);
    }));

  it('is not spoken to when a panel opens on a run that is under way', () =>
    panel(withRun(training(168)), async (page) => expect(await spoken(page)).toBe('')));
});

describe('accessibility and looks', () => {
  it.each(themeNames)('%s: axe-core finds nothing in any state', (theme) =>
    panel(
      before,
      async (page) => {
        const faults: Record<string, string[]> = {};
        for (const [name, state] of Object.entries(states)) {
          await send(page, state);
          await screenshot(page, `${name}-${theme}`);
          faults[name] = await axeFaults(page);
        }
        await send(page, withRun(training(168)));
        for (const button of await page.locator('.icon-button').all()) await button.click();
        await screenshot(page, `tables-${theme}`);
        faults['tables'] = await axeFaults(page);
        expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([]);
      },
      { theme, height: 400 },
    ),
  );

  it.each(['before', 'training', 'done'])('narrow: %s', (name) =>
    panel(
      states[name] ?? before,
      async (page) => {
        await screenshot(page, `${name}-narrow-dark`);
        expect(await axeFaults(page)).toEqual([]);
      },
      { width: 400, height: 400 },
    ),
  );

  it('uses no colour that a theme lacks without one to fall back on', async () => {
    const used = await usedVariables();
    expect(used.length).toBeGreaterThan(20);
    for (const theme of themeNames) {
      const missing = used.filter((name) => !(name in themes[theme].variables));
      expect(missing, theme).toEqual([]);
    }
  });
});

/** The panels' own variables, but for those with a fallback and those that only some themes have a wish for. */
async function usedVariables(): Promise<string[]> {
  const folder = join(import.meta.dirname, '..', '..', 'webview');
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.(ts|css)$/.test(file));
  const sources = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const optional = ['contrastBorder', 'contrastActiveBorder', 'toolbar-hoverBackground'];
  const uses = sources.join().matchAll(/--vscode-([\w-]+)(?![\w:-])(\s*,\s*(?:var|transparent))?/g);
  const names = [...uses].filter(([, , fallback]) => fallback === undefined).map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !optional.includes(name)).map((name) => `--vscode-${name}`);
}
