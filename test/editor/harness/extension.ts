/** What every test of the built extension does around a window: opens it, takes a picture when it fails, closes it. */
import { beforeEach, expect } from 'vitest';
import { openWorkbench } from './browser';
import { repository } from './places';
import type { ServerOptions } from './server';
import { startVsCode } from './server';
import type { ThemeName } from './themes';
import type { Workbench } from './workbench';

/** A real VS Code with the extension, on a folder. `closeExtension` ends it. */
export async function openExtension(
  workspace: string,
  {
    theme,
    ...options
  }: { readonly theme: ThemeName } & Pick<ServerOptions, 'name' | 'settings' | 'otherExtensions'>,
): Promise<Workbench> {
  const server = await startVsCode({ workspace, extensionDevelopmentPath: repository, ...options });
  try {
    return await openWorkbench(server, { theme });
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Also where it never came to be. */
export async function closeExtension(code: Workbench | undefined): Promise<void> {
  await code?.close();
  await code?.server.stop();
}

/** A test that fails leaves a picture of its window in `test-output/screenshots`. */
export function pictureFailures(window: () => Workbench): void {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async ({ task }) => {
      await window().screenshot(`failed-${task.name.replace(/\W+/g, '-')}`);
    });
  });
}

/** NanoNet's default chord, and the key after it. */
export async function chord({ page }: Workbench, key: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Alt+N');
  await page.keyboard.press(key);
}

/** Asks until it is as expected, for a minute at most. */
export const soon = (<T>(ask: () => T) =>
  expect.poll(ask, { timeout: 60_000, interval: 100 })) as typeof expect.poll;
