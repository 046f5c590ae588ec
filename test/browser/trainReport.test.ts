import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainPanelState } from '../../extension/protocol/panelApi';
import { axeFaults } from './axe';
import type { PanelPageOptions, ThemeName } from './panelPage';
import { PanelBrowser, screenshot, send, themes } from './panelPage';
import { panelReport, report, reportOf, reported, texts, unmeasured } from './reportStates';

const themeNames = Object.keys(themes) as ThemeName[];
const tabNames = [
  'Overview',
  'Confusion',
  'Confidence',
  'Learning curve',
  'Maybe mislabelled',
  'Students',
  'Settings',
];

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.close());

/** Opens the panel on a training that has ended, drives it, and holds it to a silent console. */
async function panel(
  drive: (page: Page) => Promise<void>,
  options: PanelPageOptions = {},
  state: TrainPanelState = reported,
): Promise<void> {
  const { page, complaints } = await browser.open(state, { report: panelReport, texts, ...options });
  try {
    await drive(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
  }
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
const wishes = (page: Page): Promise<unknown> =>
  page.evaluate(() => window.panelHost.wishes.filter(([method]) => method !== 'panel/texts'));
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    return element?.getAttribute('aria-label') ?? element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  });
const rowsOf = async (page: Page, name: string): Promise<string[]> =>
  (await page.getByRole('table', { name }).getByRole('row').allInnerTexts()).map(plain);
const openTab = (page: Page, name: string): Promise<void> => page.getByRole('tab', { name }).click();
const doubts = (page: Page): Promise<string[]> =>
  page
    .locator('.doubt')
    .allInnerTexts()
    .then((all) => all.map(plain));

describe('the tabs of a report', () => {
  it('are one stop for Tab, chosen by arrow keys, and remembered', () =>
    panel(async (page) => {
      await page.getByRole('tab', { name: 'Overview', selected: true }).focus();
      const path: string[] = [];
      for (const key of ['ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home', 'ArrowRight']) {
        await page.keyboard.press(key);
        path.push(plain(await page.getByRole('tab', { selected: true }).innerText()));
        expect(plain(await page.locator(':focus').innerText())).toBe(path.at(-1));
      }
      expect(path).toEqual(['Confusion', 'Settings', 'Overview', 'Settings', 'Overview', 'Confusion']);
      expect(
        await page
          .getByRole('tab')
          .allInnerTexts()
          .then((all) => all.map(plain)),
      ).toEqual(tabNames.map((name) => (name === 'Maybe mislabelled' ? `${name} 3` : name)));
      expect(await page.locator('[role=tab][tabindex="0"]').count()).toBe(1);
      expect(await page.evaluate(() => window.panelHost.memory)).toEqual({ reportTab: 'confusion' });
    }));

  it('open on the one that was looked at last', () =>
    panel((page) => page.getByRole('tab', { name: 'Students', selected: true }).waitFor(), {
      memory: { reportTab: 'students' },
    }));

  it('ask for the report once a model, not with each state', () =>
    panel(async (page) => {
      await page.getByRole('tablist').waitFor();
      const times = (): Promise<number> =>
        page.evaluate(() => window.panelHost.asked.filter((method) => method === 'panel/report').length);
      await send(page, { ...reported, unlabelled: 1 });
      await send(page, { ...reported, unlabelled: 2 });
      expect(await times()).toBe(1);
      await page.evaluate(() => (window.panelHost.report = { model: 'other', missing: 'v4 has no report.' }));
      await send(page, { ...reported, model: 'other' });
      await page.getByText('v4 has no report.').waitFor();
      expect(await times()).toBe(2);
      expect(await page.getByRole('tablist').count()).toBe(0);
      await page.getByText('Measured on 600 texts with known labels.').waitFor();
    }));

  it('export another student', () =>
    panel(async (page) => {
      await openTab(page, 'Students');
      await page.getByRole('button', { name: 'Export Student 1, 3 layers as the next model' }).press('Enter');
      await expect.poll(() => wishes(page)).toEqual([['panel/exportStudent', { student: 'student-1' }]]);
    }));
});

describe('Overview', () => {
  it('says how right the model is, how sure that is, and from what it is told', () =>
    panel(async (page) => {
      const facts = plain(await page.locator('.figures').innerText());
      expect(facts).toContain('Accuracy 0.87 0.82 to 0.91 from 42 labels');
      expect(facts).toContain('Macro-F1 0.87 0.79 to 0.92 from 42 labels');
      await page.getByText('Told from 42 labels that were left out').waitFor();
      expect(await rowsOf(page, 'Classes')).toEqual([
        'Label Precision Recall F1 Texts',
        'bug 0.86 0.86 0.86 14',
        'feature 0.88 0.93 0.90 15',
        'question 0.83 0.77 0.80 13',
      ]);
    }));

  it('says why nothing could be measured', () =>
    panel(
      async (page) => {
        await page.getByText('no label could be left out: label two texts of each class at least').waitFor();
        expect(plain(await page.locator('.figures').innerText())).not.toContain('Accuracy');
      },
      { report: { ...panelReport, report: { ...unmeasured, heldOut: 0, confusion: [] } } },
    ));
});

describe('Confusion', () => {
  it('opens the texts of a cell, and a text of those in the editor', () =>
    panel(async (page) => {
      await openTab(page, 'Confusion');
      const cell = page.getByRole('button', { name: '2 texts of “question”, taken for “bug”' });
      await cell.click();
      expect(await cell.getAttribute('aria-expanded')).toBe('true');
      const list = page.locator('.cell-texts');
      await list.getByText('mails/30.txt').waitFor();
      const shown = await list.getByRole('listitem').allInnerTexts();
      expect(shown.map(plain)).toEqual([
        'Is there a way to see who has changed a row? mails/30.txt',
        'The export ends after a minute with “out of memory”, since the update of last week mails/31.txt',
      ]);
      await list.getByRole('button').nth(1).press('Enter');
      await expect.poll(() => wishes(page)).toEqual([['panel/openText', { model: reported.model, row: 30 }]]);
      await page.evaluate(() => (window.panelHost.refuse = 'This text is gone.'));
      await list.getByRole('button').nth(0).click();
      await page.getByRole('alert').getByText('This text is gone.').waitFor();
      await cell.click();
      expect(await list.count()).toBe(0);
    }));

  it('has one stop for Tab, and arrow keys go from number to number', () =>
    panel(async (page) => {
      await openTab(page, 'Confusion');
      await page.getByRole('region', { name: 'Confusion matrix' }).focus();
      await page.keyboard.press('Tab');
      const path = [await focused(page)];
      for (const key of [
        'ArrowRight',
        'ArrowRight',
        'ArrowDown',
        'ArrowLeft',
        'ArrowLeft',
        'ArrowDown',
        'Home',
      ]) {
        await page.keyboard.press(key);
        path.push(await focused(page));
      }
      expect(path).toEqual([
        '12 texts of “bug”, taken for it',
        '1 text of “bug”, taken for “feature”',
        '1 text of “bug”, taken for “question”',
        '1 text of “feature”, taken for “question”',
        '14 texts of “feature”, taken for it',
        '14 texts of “feature”, taken for it', // nobody's texts are left of it
        '1 text of “question”, taken for “feature”',
        '2 texts of “question”, taken for “bug”',
      ]);
      expect(await page.locator('.cell[tabindex="0"]').count()).toBe(1);
    }));

  it('of 77 labels scrolls in its own region, under its names', () =>
    panel(
      async (page) => {
        await openTab(page, 'Confusion');
        const matrix = page.getByRole('region', { name: 'Confusion matrix' });
        const size = await matrix.evaluate((region) => ({
          inner: [region.scrollWidth, region.scrollHeight],
          outer: [region.clientWidth, region.clientHeight],
        }));
        expect(size.inner[0]).toBeGreaterThan((size.outer[0] ?? 0) * 1.5);
        expect(size.inner[1]).toBeGreaterThan((size.outer[1] ?? 0) * 1.5);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(960);
        const place = (cell: string): Promise<{ x: number; y: number }> =>
          matrix.locator(cell).evaluate((th) => {
            const { x, y } = th.getBoundingClientRect();
            return { x: Math.round(x), y: Math.round(y) };
          });
        const before = [await place('thead th:nth-child(40)'), await place('tbody tr:nth-child(40) th')];
        await matrix.evaluate((region) => region.scrollTo(700, 500));
        const after = [await place('thead th:nth-child(40)'), await place('tbody tr:nth-child(40) th')];
        expect(after[0]?.y).toBe(before[0]?.y);
        expect(after[1]?.x).toBe(before[1]?.x);
        await screenshot(page, 'report-confusion-77-dark');
        expect(await axeFaults(page)).toEqual([]);
      },
      { report: { ...panelReport, report: reportOf(77) } },
    ));
});

describe('Confidence, Learning curve, Students', () => {
  it('draw reliability before and after calibration, and have the same numbers as tables', () =>
    panel(async (page) => {
      await openTab(page, 'Confidence');
      await page.getByText('Calibration error 0.03, before calibration 0.12').waitFor();
      await page
        .getByRole('img', { name: /^How right scores are, a chart\. score 0\.46: 0\.50 right, 4 texts;/ })
        .waitFor();
      expect(await page.locator('.drawing circle').count()).toBe(3 + 4);
      const before = (
        await page.getByRole('table', { name: 'Before calibration' }).getByRole('row').allInnerTexts()
      ).map(plain);
      expect(before).toEqual([
        'Scores Mean score Accuracy Texts',
        '0.60 to 0.70 0.66 0.33 3',
        '0.80 to 0.90 0.86 0.67 9',
        '0.90 to 1.00 0.97 0.93 30',
      ]);
    }));

  it('say what ten more labels a class would bring, or that nobody can say', async () => {
    await panel(async (page) => {
      await openTab(page, 'Learning curve');
      await page
        .getByText('Ten more labels a class would change the accuracy by +0.04, +0.01 to +0.08.')
        .waitFor();
      expect(await rowsOf(page, 'Accuracy by number of labels')).toEqual([
        'Labels Accuracy',
        '8 0.62',
        '16 0.71',
        '24 0.76',
        '32 0.79',
      ]);
    });
    const { points } = report.learningCurve;
    await panel((page) => page.getByText('the labels cannot say yet').waitFor(), {
      memory: { reportTab: 'curve' },
      report: { ...panelReport, report: { ...report, learningCurve: { points } } },
    });
  });

  it('mark the student that was exported, and draw a larger one as a larger circle', () =>
    panel(async (page) => {
      await openTab(page, 'Students');
      const circles = await page
        .locator('.drawing circle')
        .evaluateAll((all) =>
          all.map((circle) => ['cx', 'cy', 'r'].map((name) => Number(circle.getAttribute(name)))),
        );
      const [first = [], second = []] = circles;
      expect(first[0], 'slower').toBeLessThan(second[0] ?? 0);
      expect(first[1], 'less right').toBeGreaterThan(second[1] ?? 0);
      expect(first[2], 'larger').toBeGreaterThan(second[2] ?? 0);
      expect(await rowsOf(page, 'Students')).toEqual([
        'Student Accuracy Texts a second Size',
        'Student 1, 3 layers Export 0.86 231 61 MB',
        'Student 2, 2 layers exported 0.87 413 44.8 MB',
      ]);
      await page.getByText('Measured on 600 texts with known labels.').waitFor();
    }));
});

describe('Settings', () => {
  it('say what the training went by and what is set now, and lead to where they are changed', () =>
    panel(async (page) => {
      await openTab(page, 'Settings');
      expect(await rowsOf(page, 'Settings')).toEqual([
        'Setting This training Set now',
        'Base model all-MiniLM-L6-v2 all-MiniLM-L6-v2',
        'Adapter LoRA not set',
        'Layers of the students 0–2; 4 not set',
        'Steps 160 400 changed',
        'Learning rate 0.002 not set',
        'Longest window 128 not set',
        'Weight of spread labels 0.5 not set',
        'Weight of the other students 0.5 not set',
        'Target precision usual not set',
        'Seed 1 not set',
        'Device CPU the fastest',
      ]);
      await page.getByRole('button', { name: 'Open VS Code’s Settings' }).press('Enter');
      await page.getByRole('button', { name: 'Open classifier.json' }).click();
      await expect
        .poll(() => wishes(page))
        .toEqual([
          ['panel/openSettings', { of: 'all' }],
          ['panel/openSettings', { of: 'classifier' }],
        ]);
    }));

  it('lead there too where the report is of a version that did not tell them', async () => {
    const { settings, ...older } = report;
    expect(settings).toBeDefined();
    await panel(
      async (page) => {
        await page.getByText('The report of this model does not say').waitFor();
        await page.getByRole('button', { name: 'Open classifier.json' }).waitFor();
        expect(await page.getByRole('table', { name: 'Settings' }).count()).toBe(0);
      },
      { memory: { reportTab: 'settings' }, report: { ...panelReport, report: older } },
    );
  });
});

describe('Maybe mislabelled', () => {
  it('takes the suggestion by Enter and goes on, keeps a label, and offers to undo', () =>
    panel(async (page) => {
      await openTab(page, 'Maybe mislabelled');
      await page.getByText('2 of 42 labels are likely wrong.').waitFor();
      await page.getByText('mails/13.txt').waitFor();
      expect((await doubts(page))[0]).toBe(
        'Please let me choose the order of the columns likely wrong Given bug 0.04 Suggested feature 0.93 mails/13.txt ' +
          'Relabel as “feature” Keep Open',
      );
      await page.getByRole('button', { name: 'Relabel as “feature”' }).first().focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page)).toBe('Relabel as “bug”');
      expect(await page.locator('.report .for-ears').innerText()).toBe('Relabelled as “feature”.');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter'); // Keep
      await expect.poll(() => focused(page)).toBe('Relabel as “feature”');
      expect(await wishes(page)).toEqual([
        ['panel/decide', { model: reported.model, row: 12, label: 'feature' }],
        ['panel/decide', { model: reported.model, row: 29, label: 'question' }],
      ]);
      expect(await doubts(page)).toHaveLength(1);
      await page.getByText('2 texts decided about since the training.').waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Every label that was in doubt has been decided about.').waitFor();
      expect(await focused(page)).toContain('Every label that was in doubt');
      await page.getByRole('button', { name: 'Undo Label' }).click();
      await expect.poll(() => page.evaluate(() => window.panelHost.asked.at(-1))).toBe('panel/undo');
      await send(page, { ...reported, decided: [12, 29] });
      expect(await doubts(page)).toHaveLength(1);
      await page.getByRole('button', { name: 'Undo Label' }).focus();
      await send(page, reported);
      expect(await doubts(page)).toHaveLength(3);
      expect(await focused(page)).toBe('2 of 42 labels are likely wrong.');
    }));

  it('is walked through by arrow keys: one text’s buttons are stops for Tab at a time', () =>
    panel(
      async (page) => {
        await page.locator('.doubt button').first().focus();
        expect(await page.locator('.doubt [tabindex="0"]').count()).toBe(3);
        await page.keyboard.press('Tab');
        await page.keyboard.press('ArrowDown');
        expect(await page.evaluate(() => document.activeElement?.closest('.doubt')?.id)).toBe('doubt-29');
        expect(await focused(page)).toBe('Keep');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await expect
          .poll(() => wishes(page))
          .toEqual([['panel/openText', { model: reported.model, row: 29 }]]);
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('ArrowUp');
        expect(await page.evaluate(() => document.activeElement?.closest('.doubt')?.id)).toBe('doubt-12');
      },
      { memory: { reportTab: 'mislabelled' } },
    ));

  it('leaves a text in the list when it could not be said, and says why', () =>
    panel(
      async (page) => {
        await page.getByText('mails/13.txt').waitFor();
        await page.evaluate(() => (window.panelHost.refuse = 'The journal cannot be written.'));
        await page.locator('.doubt button').first().click();
        await page.getByRole('alert').getByText('The journal cannot be written.').waitFor();
        expect(await doubts(page)).toHaveLength(3);
      },
      { memory: { reportTab: 'mislabelled' } },
    ));
});

describe('accessibility and looks', () => {
  it.each(themeNames)('%s: axe-core finds nothing in any tab', (theme) =>
    panel(
      async (page) => {
        const faults: Record<string, string[]> = {};
        for (const name of tabNames) {
          await openTab(page, name);
          if (name === 'Confusion') await page.getByRole('button', { name: '2 texts of “question”' }).click();
          await screenshot(page, `report-${name.toLowerCase().replace(' ', '-')}-${theme}`);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(
            960,
          );
          faults[name] = await axeFaults(page);
        }
        expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([]);
      },
      { theme },
    ),
  );

  it('narrow: nothing is wider than the panel', () =>
    panel(
      async (page) => {
        for (const name of tabNames) {
          await openTab(page, name);
          await screenshot(page, `report-${name.toLowerCase().replace(' ', '-')}-narrow-dark`);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(
            400,
          );
          expect(await axeFaults(page)).toEqual([]);
        }
      },
      { width: 400 },
    ));

  it('takes labels, places and texts as text, whatever they contain', () => {
    const hostile = '<img src=x onerror="document.title=1">';
    const odd = {
      ...reportOf(3, (at) => `${hostile}${at}`),
      mislabelled: report.mislabelled.map((doubt) => ({
        ...doubt,
        label: hostile,
        suggested: hostile,
        id: hostile,
      })),
      students: report.students.map((student) => ({ ...student, name: hostile })),
    };
    return panel(
      async (page) => {
        for (const name of tabNames) {
          await openTab(page, name);
          if (name === 'Confusion') await page.locator('.cell').first().click();
          if (name === 'Confusion' || name === 'Maybe mislabelled')
            await page.getByText(hostile).first().waitFor();
          expect(await page.locator('img').count()).toBe(0);
        }
      },
      {
        report: { ...panelReport, report: odd },
        texts: texts.map((text) => ({ ...text, excerpt: hostile, place: hostile })),
      },
    );
  });
});
