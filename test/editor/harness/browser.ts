import { resolve } from 'node:path';
import { launchChromium } from './chromium';
import type { VsCodeServer } from './server';
import { type ThemeName, themes } from './themes';
import { Workbench } from './workbench';

export interface WorkbenchOptions {
  /** The server's workspace by default. */
  readonly folder?: string;
  readonly theme?: ThemeName;
  /** Of the window, in pixels; 1280 x 860 by default. */
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * Opens a VS Code window in a browser of its own. Close it in `afterAll`. Takes 3 to 5 s.
 *
 * @returns once the window stands and has its theme
 */
export async function openWorkbench(
  server: VsCodeServer,
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 860 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    context.setDefaultTimeout(30_000);
    const folder = resolve(options.folder ?? server.options.workspace);
    const workbench = new Workbench(server, await context.newPage(), folder, browser);
    const theme = options.theme ?? 'light';
    await server.updateSettings({ 'workbench.colorTheme': themes[theme].setting });
    await workbench.page.goto(server.workbenchUrl(folder), { timeout: 60_000 });
    await workbench.untilUp();
    await workbench.untilTheme(theme);
    return workbench;
  } catch (error) {
    await browser.close();
    throw error;
  }
}
