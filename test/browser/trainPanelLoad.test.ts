import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../extension/protocol/snapshot';
import { outputFolder } from '../editor/harness/places';
import { PanelBrowser, settled } from './panelPage';
import { before, training } from './states';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.close());

/** 1,200 a second: far more than a connection that takes one message a timer, 4 ms apart, could keep up with. */
const perFrame = 20;

describe('10,000 snapshots of a run', () => {
  it('are drawn at most once a frame, in time, and leave nothing behind', { timeout: 180_000 }, async () => {
    const { page, complaints } = await browser.open({ ...before, snapshot: training(400) });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });

    await run(page, 200, perFrame); // code compiled, caches filled
    const start = await metrics(cdp);
    const { frames, draws, seconds } = await run(page, 10_000, perFrame);
    const end = await metrics(cdp);

    const cpuPerFrame = ((end.task - start.task) / frames) * 1000;
    const framesPerSecond = frames / seconds;
    const heapGrowth = (end.heap - start.heap) / 1e6;
    console.log(
      `10,000 snapshots: ${frames} frames (${framesPerSecond.toFixed(0)} a second), ${draws} draws of 4 charts, ${cpuPerFrame.toFixed(1)} ms CPU a frame, ` +
        `heap ${(end.heap / 1e6).toFixed(1)} MB (${heapGrowth >= 0 ? '+' : ''}${heapGrowth.toFixed(2)} MB), ${end.nodes} nodes`,
    );
    const figures = { frames, draws, framesPerSecond, cpuPerFrame, heapGrowth };
    await writeFile(join(await outputFolder('figures'), 'trainPanel.json'), JSON.stringify(figures));
    // A frame or two more than those that sent: the last message is still on its way then.
    expect(draws).toBeLessThanOrEqual(4 * (frames + 3));
    expect(draws).toBeGreaterThan(3 * frames); // it did draw all four
    expect(cpuPerFrame).toBeLessThan(16);
    expect(framesPerSecond).toBeGreaterThan(30);
    expect(heapGrowth).toBeLessThan(1);
    expect(end.nodes).toBeLessThanOrEqual(start.nodes + 20);
    expect(end.listeners).toBe(start.listeners);
    expect(await page.getByText('2:46:40').count()).toBe(1); // no lag
    expect(complaints).toEqual([]);
    await page.close();
  });
});

interface Run {
  readonly frames: number;
  readonly draws: number;
  readonly seconds: number;
}

/** Sends the run from its first step to its last, several snapshots a frame. Counts frames, and the canvases' draws. */
async function run(page: Page, count: number, burst: number): Promise<Run> {
  const counted = await page.evaluate(
    ([snapshots, atOnce]) =>
      new Promise<Run>((done) => {
        const { state } = window.panelHost;
        const full = state.snapshot;
        if (full === undefined) throw new Error('The page begins with a run.');
        const prototype = CanvasRenderingContext2D.prototype;
        const clearRect = prototype.clearRect;
        let draws = 0;
        prototype.clearRect = function (...area) {
          draws += 1;
          clearRect.apply(this, area);
        };
        let frames = 0;
        const begun = performance.now();
        let sent = 0;
        const frame = (): void => {
          frames += 1;
          for (let index = 0; index < atOnce && sent < snapshots; index++) {
            sent += 1;
            const step = Math.round((400 * sent) / snapshots);
            const grown = (points: readonly CurvePoint[], value: number): CurvePoint[] => [
              ...points.filter(([at]) => at < step),
              [step, value + (sent % 7) / 100],
            ];
            const members = full.members.map((member) => ({
              ...member,
              loss: grown(member.loss, 0.3),
              accuracy: grown(member.accuracy, 0.8),
              agreement: grown(member.agreement, 0.7),
              trusted: grown(member.trusted, 0.75),
            }));
            window.panelHost.send({
              ...state,
              snapshot: { ...full, step, fraction: step / 400, elapsedMs: sent * 1000, members },
            });
          }
          if (sent < snapshots) requestAnimationFrame(frame);
          else {
            const seconds = (performance.now() - begun) / 1000;
            requestAnimationFrame(() =>
              setTimeout(() => {
                prototype.clearRect = clearRect;
                done({ frames, draws, seconds });
              }, 100),
            );
          }
        };
        requestAnimationFrame(frame);
      }),
    [count, burst] as const,
  );
  await settled(page);
  return counted;
}

async function metrics(
  cdp: CDPSession,
): Promise<{ heap: number; nodes: number; listeners: number; task: number }> {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics: all } = await cdp.send('Performance.getMetrics');
  const of = (name: string): number => all.find((metric) => metric.name === name)?.value ?? NaN;
  return {
    heap: of('JSHeapUsedSize'),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    task: of('TaskDuration'),
  };
}
