import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Frame, FrameLocator, Page } from 'playwright-core';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page or a frame of it: one line a fault, empty when it is clean. */
export async function axeFaults(page: Page | Frame): Promise<string[]> {
  // Evaluated by the debugger, which the page's CSP does not bind.
  await page.evaluate(await source);
  return page.evaluate(run);
}

/** The same of a webview within an editor. */
export async function axeFaultsIn(webview: FrameLocator): Promise<string[]> {
  const root = await webview.locator(':root').elementHandle();
  const frame = await root?.ownerFrame();
  if (!frame) throw new Error('The webview has no frame.');
  return axeFaults(frame);
}

/** Runs in the page. */
async function run(): Promise<string[]> {
  const { axe } = window as unknown as {
    axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  };
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html} ${failureSummary ?? ''}`),
  );
}
