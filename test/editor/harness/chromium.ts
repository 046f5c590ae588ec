import { type Browser, chromium } from 'playwright-core';
import { ensureTestTools } from './install.mjs';

/** A Chromium without a window. Close it: it is a process. */
export async function launchChromium(): Promise<Browser> {
  const { chromium: executablePath } = await ensureTestTools();
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox', // root has none, and containers refuse it; the only pages are the test's own
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      // Letters and colours as on every other machine.
      '--font-render-hinting=none',
      '--disable-lcd-text',
      '--force-color-profile=srgb',
    ],
  });
}
