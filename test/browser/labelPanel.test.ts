import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelPanelState } from '../../extension/protocol/labelPanelApi';
import { axeFaults } from './axe';
import { after, disagreeing, empty, labelling, manyLabels, text, upcoming } from './labelStates';
import type { PanelPageOptions, ThemeName } from './panelPage';
import { PanelBrowser, screenshot, settled, themes } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.close());

/** Opens the panel, drives it, and holds it to a silent console. */
async function panel(
  state: LabelPanelState,
  drive: (page: Page) => Promise<void>,
  options?: PanelPageOptions,
): Promise<void> {
  const { page, complaints } = await browser.open(state, options, 'label');
  try {
    await settled(page);
    await drive(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
  }
}

const send = async (page: Page, state: LabelPanelState): Promise<void> => {
  await page.evaluate((next) => window.labelHost.send(next), state);
  await settled(page);
};
const asked = (page: Page): Promise<{ method: string; params: unknown }[]> =>
  page.evaluate(() => window.labelHost.asked.slice(1));
const shown = (page: Page): Promise<string | null> => page.locator('.text').textContent();
const focus = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
const first = labelling.text?.id;

describe('a key', () => {
  it.each([
    ['2', { op: 'label', label: 'feature' }],
    ['Enter', { op: 'label', label: 'bug' }],
    ['0', { op: 'none' }],
    [' ', { op: 'skip' }],
  ])('%s decides and goes on, and focus stays on the labels', (key, said) =>
    panel(labelling, async (page) => {
      await page.keyboard.press(key);
      await expect.poll(() => shown(page)).toBe(upcoming[0]?.text);
      expect(await asked(page)).toEqual([{ method: 'label/say', params: { id: first, said } }]);
      expect(await focus(page)).toBe('Labels');
    }),
  );

  it('shows the next text only when the host has acknowledged it', () =>
    panel(labelling, async (page) => {
      await page.evaluate(() => (window.labelHost.delayMs = 300));
      await page.keyboard.press('1');
      await page.keyboard.press('2');
      await settled(page);
      expect(await shown(page)).toBe(labelling.text?.text);
      await expect.poll(() => shown(page)).toBe(upcoming[0]?.text);
      expect(await asked(page), 'the second key was about a text that nobody had read').toHaveLength(1);
    }));

  it('that cannot be saved leaves the text where it is, and says why', () =>
    panel(labelling, async (page) => {
      const sentence = 'The label was not saved: there is no space left; free some and label again.';
      await page.evaluate((refuse) => (window.labelHost.refuse = refuse), sentence);
      await page.keyboard.press('1');
      await page.getByRole('alert').getByText(sentence).waitFor();
      expect(await shown(page)).toBe(labelling.text?.text);
      await page.keyboard.press('1');
      await expect.poll(() => shown(page)).toBe(upcoming[0]?.text);
      expect(await page.getByRole('alert').count()).toBe(0);
    }));

  it('that is held, or is the second of a chord of the editor, labels nothing', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('Control+Alt+n');
      await page.keyboard.press('1');
      await page.keyboard.press('Control+k');
      await page.keyboard.press('2');
      await page.keyboard.down('Shift');
      await page.keyboard.up('Shift');
      expect(await asked(page)).toEqual([]);
    }));

  it('takes no suggestion that the model is unsure of', () =>
    panel(
      { ...labelling, text: text(1, 'A', { suggestion: { label: 'bug', score: 0.4, unsure: true } }) },
      async (page) => {
        await page.keyboard.press('Enter');
        await page.getByRole('status').getByText('There is no suggestion.').waitFor();
        expect(await asked(page)).toEqual([]);
      },
    ));

  it('undoes, redoes and goes back, as fast as it is pressed', () =>
    panel(labelling, async (page) => {
      for (const key of ['Control+z', 'Control+z', 'Control+Shift+z', 'Backspace'])
        await page.keyboard.press(key);
      await expect
        .poll(async () => (await asked(page)).map(({ method }) => method))
        .toEqual(['label/undo', 'label/undo', 'label/redo', 'label/back']);
    }));

  it('walks the labels with the arrows, and Enter presses the one that has the focus', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => asked(page))
        .toEqual([{ method: 'label/say', params: { id: first, said: { op: 'label', label: 'feature' } } }]);
    }));
});

const range = (start: number, end: number): { start: number; end: number } => ({ start, end });

describe('the text', () => {
  it('is text, whatever it contains, and runs in its own direction', () => {
    const hostile = '<img src=x onerror="document.title=1"><b>bold</b>';
    return panel({ ...labelling, text: text(1, hostile) }, async (page) => {
      expect(await shown(page)).toBe(hostile);
      expect(await page.locator('img, .text b').count()).toBe(0);
      // The passage ends beyond what is shown, a word too.
      const decided = { words: [range(5, 12), range(20, 24), range(40, 900)], passage: range(8, 1000) };
      await send(page, { ...labelling, text: text(1, hostile, { decided }) });
      expect(await page.locator('mark.decided').allTextContents()).toEqual([
        hostile.slice(5, 8),
        hostile.slice(8, 12),
        hostile.slice(20, 24),
        hostile.slice(40),
      ]);
      expect(await page.locator('mark.passage').textContent()).toBe(hostile.slice(8));
      expect(await shown(page)).toBe(hostile);
      expect(await page.locator('img, .text b').count()).toBe(0);
      await send(page, { ...after(labelling), text: text(2, 'مرحبا بالعالم') });
      expect(await shown(page)).toBe('مرحبا بالعالم');
      expect(await page.locator('.text').evaluate((p) => getComputedStyle(p).direction)).toBe('rtl');
    });
  });

  it('comes in the same place, and moves no button, long or short', () =>
    panel(labelling, async (page) => {
      const places = async (): Promise<unknown> => {
        const boxes = ['.text-scroll', '.labels', 'aside', '.label >> nth=0'].map((part) =>
          page.locator(part).boundingBox(),
        );
        return Promise.all(boxes);
      };
      const before = await places();
      await send(page, { ...after(labelling), text: text(9, 'line\n'.repeat(400)) });
      expect(await places()).toEqual(before);
      await page.locator('.text-scroll').evaluate((scroll) => (scroll.scrollTop = 500));
      await send(page, { ...after(after(labelling)), text: text(10, 'short') });
      expect(await places()).toEqual(before);
      expect(await page.locator('.text-scroll').evaluate((scroll) => scroll.scrollTop)).toBe(0);
    }));

  it('is not taken back by a state from before it', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('1');
      await expect.poll(() => shown(page)).toBe(upcoming[0]?.text);
      await send(page, { ...labelling, canRedo: true });
      expect(await shown(page)).toBe(upcoming[0]?.text);
      await send(page, after(labelling));
      expect(await shown(page)).toBe(upcoming[0]?.text);
    }));

  it('opens in the editor from its place', () =>
    panel(labelling, async (page) => {
      await page.getByRole('button', { name: 'tickets/1.txt' }).click();
      await expect.poll(() => asked(page)).toEqual([{ method: 'label/open', params: { id: first } }]);
    }));
});

describe('the tools', () => {
  it('search: finds, selects and labels together; Escape leads back to the labels', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('/');
      await page.getByRole('searchbox').pressSequentially('dark 1');
      await page.getByText('3 texts').waitFor();
      await page.getByLabel('Select all').check();
      await page.getByRole('combobox', { name: 'Label', exact: true }).selectOption('feature');
      await page.getByRole('button', { name: 'Label the 3 selected' }).click();
      const ids = upcoming.map(({ id }) => id);
      await expect
        .poll(async () => (await asked(page)).at(-1))
        .toEqual({ method: 'label/sayAll', params: { ids, said: { op: 'label', label: 'feature' } } });
      expect(
        (await asked(page)).every(({ method }) => method !== 'label/say'),
        'typing labels nothing',
      ).toBe(true);
      await expect.poll(() => focus(page)).toBe('Labels');
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await expect.poll(() => focus(page)).toBe('Labels');
    }));

  it('note: written and saved from the keyboard', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('n');
      await page.keyboard.type('ask Ada');
      await page.keyboard.press('Control+Enter');
      await expect
        .poll(() => asked(page))
        .toEqual([{ method: 'label/note', params: { id: first, note: 'ask Ada' } }]);
    }));

  it('filter: takes effect with each choice', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('f');
      await page.getByRole('combobox', { name: 'Label', exact: true }).selectOption('bug');
      await expect
        .poll(() => asked(page))
        .toEqual([{ method: 'label/filter', params: { filter: { show: 'labelled', label: 'bug' } } }]);
    }));

  it('labels: renames, merges, splits, deletes and adds', () =>
    panel(labelling, async (page) => {
      await page.keyboard.press('l');
      await page.getByRole('button', { name: /^Edit bug/ }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('defect');
      await page.getByRole('textbox', { name: 'Key' }).fill('d');
      await page.getByRole('button', { name: 'Save' }).click();
      const label = {
        name: 'defect',
        key: 'd',
        colour: 'nanonet.label1',
        description: 'Something that worked or should work does not.',
      };
      await expect
        .poll(async () => (await asked(page)).at(-1))
        .toEqual({ method: 'label/set', params: { do: 'edit', name: 'bug', label } });
      await page.getByRole('button', { name: /^Edit feature/ }).click();
      await page.getByLabel('Merge into').selectOption('question');
      await page.getByRole('button', { name: 'Merge', exact: true }).click();
      await expect
        .poll(async () => (await asked(page)).at(-1)?.params)
        .toEqual({ do: 'merge', names: ['feature'], into: 'question' });
      await page.getByRole('button', { name: /^Edit question/ }).click();
      await page.getByLabel('Split off as').fill('address');
      await page.keyboard.press('Enter');
      await expect
        .poll(async () => (await asked(page)).at(-1)?.params)
        .toEqual({ do: 'split', name: 'question', part: 'address' });
      await page.getByText('The texts labelled question come by').waitFor({ state: 'attached' });
      await page.keyboard.press('l');
      await page.getByLabel('New label').fill('praise');
      await page.keyboard.press('Enter');
      await expect
        .poll(async () => (await asked(page)).at(-1)?.params)
        .toEqual({ do: 'add', name: 'praise' });
    }));
});

describe('people who disagree', () => {
  it('are listed with their agreement, and settled by one button', () =>
    panel(disagreeing, async (page) => {
      await page.keyboard.press('p');
      await page.getByText('Ada Lovelace and Bob: kappa 0.72 on 40 texts').waitFor();
      await page.getByRole('button', { name: 'Bob: None of these' }).press('Enter');
      await expect
        .poll(() => asked(page))
        .toEqual([{ method: 'label/settle', params: { id: 'tickets/2.txt', label: '' } }]);
    }));
});

describe('without a text', () => {
  it.each([
    ['noClassifier', 'New Classifier', 'newClassifier'],
    ['noTexts', 'Add Source', 'addSource'],
    ['allDecided', 'Train', 'train'],
  ] as const)('%s: says so, and offers %s', (nothing, button, command) =>
    panel(empty(nothing), async (page) => {
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect.poll(() => asked(page)).toEqual([{ method: 'label/command', params: { command } }]);
      expect(await axeFaults(page)).toEqual([]);
    }),
  );
});

describe.each(Object.keys(themes) as ThemeName[])('in the theme %s', (theme) => {
  const states = {
    labelling: [labelling, undefined],
    many: [manyLabels, undefined],
    keys: [labelling, '?'],
    filter: [labelling, 'f'],
    set: [labelling, 'l'],
    search: [labelling, '/'],
    note: [labelling, 'n'],
    people: [disagreeing, 'p'],
    torn: [
      { ...labelling, notices: ['labels.jsonl, line 43: torn: it was not written to its end.'] },
      undefined,
    ],
  } as const;

  it.each(Object.entries(states))('%s has no fault that axe finds', (name, [state, key]) =>
    panel(
      state,
      async (page) => {
        if (key !== undefined) await page.keyboard.press(key);
        if (name === 'set') await page.getByRole('button', { name: /^Edit bug/ }).click();
        if (name === 'search') await page.getByRole('searchbox').fill('how');
        await settled(page);
        expect(await axeFaults(page)).toEqual([]);
        await screenshot(page, `label-${name}-${theme}`);
      },
      { theme, width: 1100, height: 760 },
    ),
  );

  it('fits a narrow panel', () =>
    panel(
      labelling,
      async (page) => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        expect(await axeFaults(page)).toEqual([]);
        await screenshot(page, `label-narrow-${theme}`);
      },
      { theme, width: 460, height: 760 },
    ));
});
