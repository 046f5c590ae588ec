/** Opens a panel's real bundle in Chromium, as VS Code's webview would: theme variables, CSP, two message ends. */
import { build } from 'esbuild';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { LabelPanelState } from '../../extension/protocol/labelPanelApi';
import type { LearnedText, PanelReport, TrainPanelState } from '../../extension/protocol/panelApi';
import { launchChromium } from '../editor/harness/chromium';
import manifest from '../../package.json';
import dark from './themes/dark.json';
import highContrast from './themes/highContrast.json';
import highContrastLight from './themes/highContrastLight.json';
import light from './themes/light.json';

const repository = resolve(import.meta.dirname, '..', '..');
const built = join(repository, 'out', 'test', 'panels');
export const screenshots = join(repository, 'test-output', 'screenshots');

type Colours = (typeof manifest.contributes.colors)[number]['defaults'];

/** The variables of a VS Code's webviews as they were captured, and the extension's own colours. */
function theme<T extends { readonly variables: Readonly<Record<string, string>> }>(
  captured: T,
  kind: keyof Colours,
): T & { readonly variables: Readonly<Record<string, string>> } {
  const own = manifest.contributes.colors.map(({ id, defaults }): [string, string] => [
    `--vscode-${id.replaceAll('.', '-')}`,
    defaults[kind],
  ]);
  return { ...captured, variables: { ...captured.variables, ...Object.fromEntries(own) } };
}

export const themes = {
  dark: theme(dark, 'dark'),
  light: theme(light, 'light'),
  'high-contrast': theme(highContrast, 'highContrast'),
  'high-contrast-light': theme(highContrastLight, 'highContrastLight'),
};
export type ThemeName = keyof typeof themes;

export interface PanelPageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Instead of the theme's, which is the system's. */
  readonly font?: string;
  /** What the webview kept from its last life. */
  readonly memory?: unknown;
  /** What the train panel's host answers when it is asked for the report and its texts. */
  readonly report?: PanelReport;
  readonly texts?: readonly LearnedText[];
}

/** The panels: the folders of `webview/`. */
export type PanelName = 'train' | 'label';

/** A browser with a server of the bundle. Close it. */
export class PanelBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly origin: string,
  ) {}

  static async start(): Promise<PanelBrowser> {
    await bundle();
    const server = createServer((request, response) => {
      const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
      const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };
      const answer = async (): Promise<void> => {
        if (name === 'train' || name === 'label') {
          response.writeHead(200, { 'content-type': 'text/html' }).end(pageHtml(origin, name));
          return;
        }
        const file = join(folderOf(name), name);
        const type = types[name.split('.').pop() ?? ''] ?? 'text/plain';
        const content = await readFile(file);
        response.writeHead(200, { 'content-type': type }).end(content);
      };
      answer().catch(() => response.writeHead(404).end());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new PanelBrowser(await launchChromium(), server, origin);
  }

  /** Opens the panel on a state. The page fails the test on anything in its console, CSP violations among them. */
  async open(
    state: TrainPanelState | LabelPanelState,
    options: PanelPageOptions = {},
    panel: PanelName = 'train',
  ): Promise<PanelPage> {
    const { theme = 'dark', width = 960, height = 900, font, memory, report, texts } = options;
    const page = await this.browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.addInitScript((start) => Object.assign(window, start), {
      startState: state,
      startMemory: memory,
      startReport: report,
      startTexts: texts,
    });
    const { bodyClass, variables } = themes[theme];
    const letters = font === undefined ? {} : { '--vscode-font-family': font };
    await page.addInitScript(applyTheme, { bodyClass, variables: { ...variables, ...letters } });
    await page.goto(`${this.origin}/${panel}`);
    await page.locator('h1').waitFor();
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.browser.close();
    await new Promise((closed) => this.server.close(closed));
  }
}

export interface PanelPage {
  readonly page: Page;
  /** Errors and warnings of the page's console. */
  readonly complaints: readonly string[];
}

/** Changes the theme as VS Code does: the variables on the root, the kind on the body. */
export async function changeTheme(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate(applyTheme, themes[theme]);
  await settled(page);
}

/** The host says something new; resolves when it is drawn. */
export async function send(page: Page, state: TrainPanelState): Promise<void> {
  await page.evaluate((next) => window.panelHost.send(next), state);
  await settled(page);
}

/** Two frames: one in which the newest is drawn, one in which the chart is. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)))),
  );
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `panel-${name}.png`), fullPage: true });
}

/** Runs in the page. */
function applyTheme(theme: { bodyClass: string; variables: object }): void {
  const apply = (): void => {
    const { style } = document.documentElement;
    style.cssText = ''; // a variable that the new theme lacks goes, as in VS Code
    for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, String(value));
    // The editor's background is behind the webview's frame, which is transparent.
    style.setProperty('background-color', 'var(--vscode-editor-background)');
    document.body.className = theme.bodyClass;
  };
  if (document.body === null) document.addEventListener('DOMContentLoaded', apply);
  else apply();
}

function folderOf(name: string): string {
  if (name === 'webview.css') return join(import.meta.dirname, 'themes');
  return name.startsWith('codicon.')
    ? join(repository, 'node_modules', '@vscode', 'codicons', 'dist')
    : built;
}

/** The page that the extension makes (`panelHtml.ts`), with VS Code's own sheet and the host's end before the panel. */
function pageHtml(origin: string, panel: PanelName): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src ${origin}; font-src ${origin}; img-src ${origin} data:; script-src 'nonce-test'">
    <link rel="stylesheet" href="${origin}/webview.css">
    <link rel="stylesheet" href="${origin}/codicon.css" id="vscode-codicon-stylesheet">
    <link rel="stylesheet" href="${origin}/${panel}.css">
    <link rel="icon" href="data:,">
    <title>NanoNet</title>
  </head>
  <body>
    <nanonet-${panel}></nanonet-${panel}>
    <script nonce="test" src="${origin}/${panel}Host.js"></script>
    <script nonce="test" src="${origin}/${panel}.js"></script>
  </body>
</html>`;
}

async function bundle(): Promise<void> {
  await build({
    absWorkingDir: repository,
    entryPoints: {
      train: 'webview/train/main.ts',
      trainHost: 'test/browser/page/host.ts',
      label: 'webview/label/main.ts',
      labelHost: 'test/browser/page/labelHost.ts',
    },
    outdir: built,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  });
}
