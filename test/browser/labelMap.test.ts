/** The map on the label panel: what a person does on it with the mouse and the keyboard. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelPanelRequests, LabelPanelState } from '../../extension/protocol/labelPanelApi';
import { axeFaults } from './axe';
import { labelling, manyLabels } from './labelStates';
import type { PanelPageOptions, ThemeName } from './panelPage';
import { PanelBrowser, screenshot, settled, themes } from './panelPage';

const figuresFolder = resolve(import.meta.dirname, '..', '..', 'test-output', 'figures');

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.close());

const onMap: LabelPanelState = {
  ...labelling,
  view: 'map',
  counts: { ...labelling.counts, texts: 1200 },
};

/** Opens the panel, drives it, and holds it to a silent console. */
async function panel(
  state: LabelPanelState,
  drive: (page: Page) => Promise<void>,
  options: PanelPageOptions = {},
): Promise<void> {
  const { page, complaints } = await browser.open(state, { width: 1100, height: 760, ...options }, 'label');
  try {
    if (state.view === 'map') await drawn(page);
    await drive(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
  }
}

async function drawn(page: Page): Promise<void> {
  await page.locator('nanonet-map canvas').waitFor();
  await settled(page);
}

type Corner = readonly [x: number, y: number];

/** Draws around corners, in pixels from the map's own. */
async function lasso(page: Page, corners: readonly Corner[], key?: 'Shift' | 'Alt'): Promise<void> {
  const box = await page.locator('nanonet-map canvas').boundingBox();
  const [first, ...others] = corners;
  if (!box || !first) throw new Error('There is no map.');
  if (key) await page.keyboard.down(key);
  await page.mouse.move(box.x + first[0], box.y + first[1]);
  await page.mouse.down();
  for (const [x, y] of others) await page.mouse.move(box.x + x, box.y + y, { steps: 6 });
  await page.mouse.up();
  if (key) await page.keyboard.up(key);
  await settled(page);
}

const rectangle = (left: number, top: number, right: number, bottom: number): Corner[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly given: number;
}

/** Where the texts are while the whole map is in view, in pixels: by what the map promises, not by its code. */
async function places(page: Page): Promise<Placed[]> {
  const box = await page.locator('nanonet-map canvas').boundingBox();
  const { map, given } = await page.evaluate(() => {
    const { corpus } = window.labelHost;
    return { map: corpus.map, given: corpus.given };
  });
  const margin = 24;
  const at = (value: number, length: number): number => margin + value * (length - 2 * margin);
  return map.ids.map((id, point) => ({
    id,
    x: at(map.x[point] ?? 0, box?.width ?? 0),
    y: at(map.y[point] ?? 0, box?.height ?? 0),
    given: given[point] ?? -1,
  }));
}

/** The last request to label many. */
async function saidOfMany(page: Page): Promise<LabelPanelRequests['label/sayAll'][0] | undefined> {
  const asked = await page.evaluate(() => window.labelHost.asked);
  const last = asked.findLast(({ method }) => method === 'label/sayAll');
  return last?.params as LabelPanelRequests['label/sayAll'][0] | undefined;
}

const given = (page: Page): Promise<number[]> => page.evaluate(() => window.labelHost.corpus.given);
const picture = (page: Page): Promise<string> =>
  page.locator('nanonet-map canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const selected = (page: Page): Promise<string | null> => page.locator('aside h2').first().textContent();
const focusIsOnMap = (page: Page): Promise<boolean> =>
  page.locator('.map-surface').evaluate((map) => map.matches(':focus'));

describe('a lasso', () => {
  const outline = rectangle(60, 50, 420, 330);

  it('selects exactly the points inside; a key labels them in one step, and one undo gives all back', () =>
    panel(onMap, async (page) => {
      const inside = (await places(page)).filter(({ x, y }) => x > 60 && x < 420 && y > 50 && y < 330);
      expect(inside.length).toBeGreaterThan(50);
      expect(inside.length).toBeLessThan(1100);
      const [before, pictureBefore] = [await given(page), await picture(page)];

      await lasso(page, outline);
      expect(await selected(page)).toBe(`${inside.length} texts selected`);
      await page.keyboard.press('2');
      await expect.poll(() => saidOfMany(page)).toBeDefined();
      const { ids = [], said, keep } = (await saidOfMany(page)) ?? {};
      expect(ids.toSorted()).toEqual(inside.map(({ id }) => id).toSorted());
      expect([said, keep]).toEqual([{ op: 'label', label: 'feature' }, true]);
      const decided = inside.filter((text) => text.given >= 0 || text.given === -2).length;
      await page
        .locator('aside')
        .getByText(
          `${inside.length - decided} texts: feature. ${decided} texts were decided before and stayed.`,
        )
        .waitFor();
      await page.mouse.move(5, 5);
      await settled(page);
      expect(await given(page)).not.toEqual(before);
      expect(await picture(page)).not.toBe(pictureBefore);

      await page.keyboard.press('Control+z');
      await expect.poll(() => given(page)).toEqual(before);
      await settled(page);
      // To the last pixel: a label moves nothing.
      await expect.poll(() => picture(page)).toBe(pictureBefore);
    }));

  it('adds with Shift, takes away with Alt, and is given up with Escape', () =>
    panel(onMap, async (page) => {
      const all = await places(page);
      const count = (left: number, right: number): number =>
        all.filter(({ x, y }) => x > left && x < right && y > 50 && y < 330).length;
      await lasso(page, rectangle(60, 50, 200, 330));
      await lasso(page, rectangle(200, 50, 420, 330), 'Shift');
      expect(await selected(page)).toBe(`${count(60, 420)} texts selected`);
      await lasso(page, rectangle(60, 50, 300, 330), 'Alt');
      expect(await selected(page)).toBe(`${count(300, 420)} texts selected`);
      await page.mouse.down();
      await page.mouse.move(500, 600, { steps: 4 });
      await page.keyboard.press('Escape');
      await page.mouse.up();
      expect(await selected(page)).toBe(`${count(300, 420)} texts selected`);
      await page.keyboard.press('Escape');
      expect(await selected(page)).toBe('Points');
    }));

  it('changes what is decided when the box is ticked, and only then', () =>
    panel(onMap, async (page) => {
      const box = page.getByRole('checkbox', { name: /that are decided too/ });
      await lasso(page, outline);
      await box.check();
      await lasso(page, outline);
      expect(await box.isChecked(), 'a tick is about one selection').toBe(false);
      await box.check();
      await page.keyboard.press('1');
      await expect.poll(async () => (await saidOfMany(page))?.keep).toBe(false);
      await lasso(page, outline);
      expect(await box.isChecked()).toBe(false);
      await page.keyboard.press('3');
      await page.locator('aside').getByText('are decided already').waitFor();
    }));

  it('that cannot be saved keeps its selection, and says why', () =>
    panel(onMap, async (page) => {
      await lasso(page, outline);
      const before = await selected(page);
      const sentence = 'The labels were not saved: there is no space left; free some and label again.';
      await page.evaluate((refuse) => (window.labelHost.refuse = refuse), sentence);
      await page.keyboard.press('1');
      await page.getByRole('alert').getByText(sentence).waitFor();
      expect(await selected(page)).toBe(before);
    }));
});

describe('by keyboard alone', () => {
  it('a cursor goes from text to text, a circle takes the nearest, Space selects, a key labels', () =>
    panel(onMap, async (page) => {
      expect(await focusIsOnMap(page)).toBe(true);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowLeft');
      await page.getByRole('status').getByText('the export does nothing').waitFor();
      for (let step = 0; step < 3; step += 1) await page.keyboard.press('Shift+ArrowUp');
      await page.getByRole('status').getByText('The 5 nearest texts').waitFor();
      await page.keyboard.press(' ');
      expect(await selected(page)).toBe('5 texts selected');
      await page.keyboard.press('Control+ArrowRight');
      await page.keyboard.press(' ');
      const both = await selected(page);
      await page.keyboard.press(' ');
      expect(await selected(page)).toBe('5 texts selected');
      expect(both).not.toBe('5 texts selected');
      await page.keyboard.press('0');
      await expect
        .poll(() => saidOfMany(page))
        .toMatchObject({ said: { op: 'none' }, ids: { length: 5 } as unknown });
      expect(await focusIsOnMap(page)).toBe(true);
    }));

  it('M goes to the map and back, Enter opens the text at the cursor', () =>
    panel({ ...onMap, view: 'text' }, async (page) => {
      await page.keyboard.press('m');
      await drawn(page);
      await page.keyboard.press('m');
      await page.locator('.text').waitFor();
      await page.keyboard.press('m');
      await drawn(page);
      await expect.poll(() => focusIsOnMap(page)).toBe(true);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.locator('.text').waitFor();
      const asked = await page.evaluate(() => window.labelHost.asked.map(({ method }) => method));
      expect(asked).toContain('label/show');
    }));

  it('a label’s key without a selection says what to do', () =>
    panel(onMap, async (page) => {
      await page.keyboard.press('1');
      await page.locator('aside').getByText('Select texts first').waitFor();
      expect(await saidOfMany(page)).toBeUndefined();
    }));
});

describe('the mouse', () => {
  it('shows the beginning of the text it is on, as text, and opens it by a click', () =>
    panel(onMap, async (page) => {
      const box = await page.locator('nanonet-map canvas').boundingBox();
      const [text] = await places(page);
      if (!box || !text) throw new Error('There is no text.');
      await page.mouse.move(box.x + text.x, box.y + text.y);
      await page.locator('.map-card').getByText('<b>Ticket</b>').waitFor();
      expect(await page.locator('.map-card b').count()).toBe(0);
      await page.mouse.down();
      await page.mouse.up();
      await page.locator('.text').waitFor();
      const shown = await page.evaluate(() =>
        window.labelHost.asked.find(({ method }) => method === 'label/show'),
      );
      expect(shown).toBeDefined();
    }));

  it('nears with the wheel and moves with the right button; the selection stays', () =>
    panel(onMap, async (page) => {
      await lasso(page, rectangle(60, 50, 420, 330));
      const [before, whole] = [await selected(page), await picture(page)];
      await page.mouse.move(300, 300);
      await page.mouse.wheel(0, -600);
      await settled(page);
      const near = await picture(page);
      await page.mouse.down({ button: 'right' });
      await page.mouse.move(380, 340, { steps: 4 });
      await page.mouse.up({ button: 'right' });
      await settled(page);
      expect(new Set([whole, near, await picture(page)]).size).toBe(3);
      await page.getByRole('button', { name: 'The whole map' }).click();
      await page.mouse.move(5, 5);
      await settled(page);
      expect(await selected(page)).toBe(before);
      expect(await picture(page)).toBe(whole);
    }));
});

describe('beside the map', () => {
  it('the selection is a list, from which a text is taken out', () =>
    panel(onMap, async (page) => {
      await lasso(page, rectangle(60, 50, 200, 160));
      const count = parseInt((await selected(page)) ?? '', 10);
      const list = page.getByRole('list', { name: 'Selected texts', exact: true });
      await expect.poll(() => list.getByRole('listitem').count()).toBe(Math.min(100, count));
      await list.getByRole('checkbox').first().uncheck();
      await expect.poll(() => selected(page)).toBe(`${count - 1} texts selected`);
    }));

  it('a group is selected at once', () =>
    panel(onMap, async (page) => {
      await page.locator('.groups button').first().click();
      expect(await selected(page)).toBe('100 texts selected');
      await page.keyboard.press('1');
      const group = (await page.evaluate(() => window.labelHost.corpus.map.group)).filter((of) => of === 0);
      await expect.poll(async () => (await saidOfMany(page))?.ids).toHaveLength(group.length);
    }));
});

it('another classifier has another map', () =>
  panel(onMap, async (page) => {
    await lasso(page, rectangle(60, 50, 420, 330));
    await page.evaluate(() => {
      const { labelHost } = window;
      const { map } = labelHost.corpus;
      const [ids, x, y, group] = [map.ids.slice(0, 50), map.x, map.y, map.group];
      Object.assign(labelHost.corpus, { map: { ...map, drawn: 2, ids, x, y, group: group.slice(0, 50) } });
      labelHost.send({ ...labelHost.state, classifier: 'urgency' });
    });
    await page.getByRole('application', { name: 'Map of 50 texts' }).waitFor();
    expect(await selected(page)).toBe('Points');
    await page.locator('.groups button').first().click();
    expect(await selected(page)).toMatch(/texts selected/);
  }));

describe('while a map is being made', () => {
  const waiting = async (page: Page): Promise<void> => {
    await page.evaluate(() => (window.labelHost.mapProgress = { placed: 320, of: 1200 }));
    await page.keyboard.press('m');
    await page.getByText('Reading the texts for the map: 320 of 1,200').waitFor();
  };
  const text = { ...onMap, view: 'text' } as const;

  it('says how far it is; what is ready can be drawn', () =>
    panel(text, async (page) => {
      await waiting(page);
      expect(await axeFaults(page)).toEqual([]);
      await screenshot(page, 'map-waiting-dark');
      await page.getByRole('button', { name: 'Draw the 320 that Are Ready' }).click();
      await drawn(page);
      await expect.poll(() => focusIsOnMap(page)).toBe(true);
    }));

  it('is left for the text by Escape, and asked for anew', () =>
    panel(text, async (page) => {
      await waiting(page);
      await page.keyboard.press('Escape');
      await page.locator('.text').waitFor();
      await page.evaluate(() => (window.labelHost.mapProgress = undefined));
      await page.keyboard.press('m');
      await drawn(page);
    }));

  it('fails with a sentence and a button', () =>
    panel(text, async (page) => {
      const sentence = 'The engine stopped unexpectedly; the log says more.';
      await page.evaluate((refuse) => {
        window.labelHost.state = { ...window.labelHost.state, view: 'map' };
        window.labelHost.refuse = refuse;
        window.labelHost.send(window.labelHost.state);
      }, sentence);
      await page.getByRole('alert').getByText(sentence).waitFor();
      await page.getByRole('button', { name: 'Draw the Map' }).click();
      await drawn(page);
    }));
});

it('a tab that was hidden comes back with what was selected and looked at', () =>
  panel(
    onMap,
    async (page) => {
      expect(await selected(page)).toBe('3 texts selected');
      expect(await page.locator('.map-colours select').inputValue()).toBe('suggestion');
    },
    {
      memory: {
        map: { drawn: 1, camera: { zoom: 2, x: 0.5, y: 0.5 }, selected: [1, 2, 3], by: 'suggestion' },
      },
    },
  ));

it('draws 10,000 texts within a frame while they are moved', () =>
  panel({ ...onMap, counts: { ...onMap.counts, texts: 10_000 } }, async (page) => {
    await page.mouse.move(400, 350);
    await page.mouse.wheel(0, -300);
    await settled(page);
    // The processor's time of the page's thread: a busy machine does not make the map slow.
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taskSeconds = async (): Promise<number> => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
    };
    const rounds: { processorMs: number; framesPerSecond: number }[] = [];
    for (let round = 0; round < 4; round += 1) {
      const before = await taskSeconds();
      const { frames, seconds } = await page.evaluate(moveTheMap);
      const processorMs = (1000 * ((await taskSeconds()) - before)) / frames;
      rounds.push({ processorMs, framesPerSecond: frames / seconds });
    }
    const processorMs = Math.min(...rounds.map((round) => round.processorMs));
    const framesPerSecond = Math.max(...rounds.map((round) => round.framesPerSecond));
    const figures = { texts: 10_000, processorMs, framesPerSecond };
    await mkdir(figuresFolder, { recursive: true });
    await writeFile(join(figuresFolder, 'labelMap.json'), JSON.stringify(figures));
    console.log(JSON.stringify(figures));
    expect(processorMs).toBeGreaterThan(0);
    expect(processorMs).toBeLessThan(1000 / 60);
  }));

/** Runs in the page: drags the map to and fro, a frame a step. @returns frames that were drawn, and how long that took */
async function moveTheMap(): Promise<{ frames: number; seconds: number }> {
  const surface = document.querySelector('.map-surface') as HTMLElement;
  const canvas = document.querySelector('nanonet-map canvas') as HTMLCanvasElement;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let frames = 0;
  context.clearRect = (...area) => {
    frames += 1;
    CanvasRenderingContext2D.prototype.clearRect.apply(context, area);
  };
  // The browser knows no pointer that would be captured.
  surface.setPointerCapture = () => undefined;
  const drag = (type: string, x: number): boolean =>
    surface.dispatchEvent(new PointerEvent(type, { button: 2, clientX: 400 + x, clientY: 350 }));
  const start = performance.now();
  drag('pointerdown', 0);
  for (let step = 0; step < 40; step += 1) {
    drag('pointermove', 10 + 60 * Math.sin(step / 10));
    await new Promise((done) => requestAnimationFrame(done));
    // A pointer's events come before a frame, not within one.
    await new Promise((done) => setTimeout(done));
  }
  drag('pointerup', 0);
  return { frames, seconds: (performance.now() - start) / 1000 };
}

describe.each(Object.keys(themes) as ThemeName[])('in the theme %s', (theme) => {
  const full = { ...onMap, counts: { ...onMap.counts, texts: 8000 } };
  const selecting = async (page: Page): Promise<void> => {
    await lasso(page, [...rectangle(230, 130, 330, 260), [200, 160]]);
    await page.keyboard.press('ArrowRight');
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('Shift+ArrowUp');
    await page.locator('.map-card .excerpt').getByText('Ticket').waitFor();
  };
  const colours = (by: string) => (page: Page) =>
    page
      .locator('.map-colours select')
      .selectOption(by)
      .then(() => settled(page));
  const looks: Record<string, readonly [LabelPanelState, (page: Page) => Promise<void>]> = {
    plain: [full, settled],
    selected: [full, selecting],
    suggestion: [full, colours('suggestion')],
    score: [full, colours('score')],
    many: [{ ...manyLabels, view: 'map', counts: full.counts }, settled],
  };

  it.each(Object.entries(looks))('%s has no fault that axe finds', (name, [state, look]) =>
    panel(
      state,
      async (page) => {
        await look(page);
        expect(await axeFaults(page)).toEqual([]);
        await screenshot(page, `map-${name}-${theme}`);
      },
      { theme },
    ),
  );

  it('fits a narrow panel', () =>
    panel(
      full,
      async (page) => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        expect(await axeFaults(page)).toEqual([]);
        await screenshot(page, `map-narrow-${theme}`);
      },
      { theme, width: 460, height: 760 },
    ));
});
