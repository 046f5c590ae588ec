import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { basename, join, resolve } from 'node:path';
import { exactly } from './exactly';
import { outputFolder } from './places';
import type { VsCodeServer } from './server';
import { type ThemeName, themes } from './themes';
import { Tree } from './tree';
import { until } from './until';

/** Lines and columns count from 1, as the status bar says them; the end column is the one after the last character. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A VS Code window, and what a person does in it. For all else there is `page`. */
export class Workbench {
  /** Errors and warnings of the window and its webviews, as `kind: text`; a refused script or style shows here. */
  readonly complaints: string[] = [];

  constructor(
    readonly server: VsCodeServer,
    readonly page: Page,
    /** Absolute. */
    readonly folder: string,
    private readonly browser: Browser,
  ) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()))
        this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`thrown: ${error.message}`));
  }

  // --- The window ---------------------------------------------------------------------------------------------------

  /** Loads the window anew, as a person does with F5: the extension host starts again, the workspace state stays. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.untilUp();
  }

  /** Until the window stands. Extensions come 1 to 3 s later: wait for what they bring (`activityBar`, `runCommand`). */
  async untilUp(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  async setTheme(theme: ThemeName): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickPick(themes[theme].label);
    await this.untilTheme(theme);
  }

  async untilTheme(theme: ThemeName): Promise<void> {
    await this.page.locator(`.monaco-workbench.${themes[theme].className}`).waitFor({ timeout: 60_000 });
  }

  /** @returns path of `test-output/screenshots/<name>.png` */
  async screenshot(name: string): Promise<string> {
    const path = join(await outputFolder('screenshots'), `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    return path;
  }

  /** Closes the window and its browser. The server goes on. */
  async close(): Promise<void> {
    await this.browser.close();
  }

  // --- Palette and quick picks --------------------------------------------------------------------------------------

  /**
   * Runs a command through the palette, once it is there: extensions bring theirs late.
   *
   * @param title as the palette shows it, with its category: `NanoNet: Train`
   */
  async runCommand(title: string): Promise<void> {
    await until(`the command "${title}"`, async () => {
      await this.palette(`>${title}`);
      return await this.clicked(this.quickRow(exactly(title)));
    });
  }

  /** Opens a file in the editor. @param path relative to the folder, or absolute */
  async openFile(path: string): Promise<void> {
    const file = resolve(this.folder, path);
    await until(`the file ${file}`, async () => {
      await this.palette(file);
      return await this.clicked(this.quickRow(exactly(basename(file))));
    });
    await this.page
      .locator(`.editor-group-container.active .tab.active[data-resource-name="${basename(file)}"]`)
      .waitFor();
  }

  /** Chooses from an open quick pick. @param text a row's label, or part of it */
  async quickPick(text: string): Promise<void> {
    const row = this.quickRow(text);
    await until(`"${text}" in the quick pick`, async () => {
      if (await row.isVisible()) return row.click().then(() => true);
      // A long list draws only what is in view, so it is narrowed.
      if (await this.quickRow(/./).isVisible()) await this.quickInputField.fill(text);
      return false;
    });
  }

  /** Answers an open input box. */
  async quickInput(text: string): Promise<void> {
    await this.page.locator('.quick-input-list').waitFor({ state: 'hidden' }); // a quick pick before it is still closing
    await this.quickInputField.fill(text);
    await this.quickInputField.press('Enter');
  }

  /** Answers a dialog that asks for a file. @param title as the dialog says it */
  async fileDialog(title: string, path: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget', { hasText: title });
    await dialog.waitFor();
    await until(`"${title}" to take ${path}`, async () => {
      // It fills in the folder that it begins with when it has read it.
      await this.quickInputField.fill(path);
      await this.quickInputField.press('Enter');
      return dialog.waitFor({ state: 'hidden', timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
  }

  // --- Side bar, messages, menus ------------------------------------------------------------------------------------

  /** Shows a view container. @param name its title */
  async activityBar(name: string): Promise<void> {
    const item = this.page.locator('.activitybar li.action-item', {
      has: this.page.locator(`a.action-label[aria-label^="${name}"]`),
    });
    await item.waitFor({ timeout: 60_000 });
    const title = this.page.locator('.part.sidebar .title-label h2', { hasText: name });
    // A click on the one that is open closes it, and after a reload it may open by itself between a look and a click.
    await until(`${name} in the side bar`, async () => {
      if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
      return title.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** A tree view of the open view container, unfolded if it was folded. @param view its name */
  async tree(view: string): Promise<Tree> {
    const element = this.page.locator(`.monaco-list[role=tree][aria-label="${view}"]`);
    const header = this.page.locator(`.pane-header[aria-label^="${view}"]`);
    await header.waitFor({ state: 'attached' }); // hidden where a container has one view only
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await element.waitFor();
    return new Tree(this.page, element);
  }

  /** A section of the open view container, for welcome content. @param view its name */
  section(view: string): Locator {
    return this.page.locator('.pane', {
      has: this.page.locator(`.pane-header[aria-label^="${view}"]`),
    });
  }

  /** Waits for a notification. Its buttons: `toast.getByRole('button', { name })`. */
  async toast(text: string | RegExp = ''): Promise<Locator> {
    const toast = this.page.locator('.notifications-toasts .notification-toast', { hasText: text }).first();
    await toast.waitFor();
    return toast;
  }

  /** Waits for a modal dialog. Its buttons: `dialog.getByRole('button', { name })`. */
  async dialog(text: string | RegExp = ''): Promise<Locator> {
    const dialog = this.page.locator('.monaco-dialog-box', { hasText: text });
    await dialog.waitFor();
    return dialog;
  }

  /** Chooses from the open context menu. */
  async menu(item: string): Promise<void> {
    // Beside its label an entry may show its key.
    const label = this.page.locator('.action-label', { hasText: exactly(item) });
    const entry = this.page.locator('.monaco-menu .action-item', { has: label }).first();
    await entry.waitFor();
    await until(`the menu to take "${item}"`, async () => {
      // A menu that has just opened ignores the mouse for a tenth of a second.
      if (await entry.isVisible()) await entry.click({ timeout: 1000 }).catch(() => undefined); // it closed meanwhile
      return !(await entry.isVisible());
    });
  }

  /** The status-bar items that show a text. */
  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  // --- Editors ------------------------------------------------------------------------------------------------------

  /**
   * The document of a webview that shows, be it an editor tab or a view. It stays right when the webview loads anew.
   *
   * @param title of the tab or the view
   */
  webview(title: string): Promise<FrameLocator> {
    return until(`the webview "${title}"`, async () => {
      for (const outer of await this.page.locator('iframe.webview.ready').all()) {
        const name = await outer.getAttribute('name').catch(() => null); // gone meanwhile
        if (name === null || !(await outer.isVisible())) continue;
        const frame = this.page.frameLocator(`iframe.webview[name="${name}"]`);
        if ((await frame.locator(`#active-frame[title="${title}"]`).count()) === 1)
          return frame.frameLocator('#active-frame');
      }
      return undefined;
    });
  }

  /** The lines of the active text editor that are in view, as they are drawn: a wrapped line is two. Poll it. */
  editorText(): Promise<string> {
    return this.editor.locator('.view-line').evaluateAll((lines) =>
      lines
        .map((line) => ({
          top: line.getBoundingClientRect().top,
          text: line.textContent.replaceAll('\u00a0', ' '),
        }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text)
        .join('\n'),
    );
  }

  /** The texts that decorations put before or after pieces of the active text editor, from top to bottom. */
  editorAttachments(): Promise<string[]> {
    return this.editor.locator('.view-line span').evaluateAll((spans) =>
      spans
        .flatMap((span) =>
          ['::before', '::after'].map((part) => {
            const content = getComputedStyle(span, part).content;
            return { top: span.getBoundingClientRect().top, text: /^"(.*)"$/s.exec(content)?.[1] ?? '' };
          }),
        )
        .filter(({ text }) => text !== '')
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
  }

  /** Selects in the active text editor, and leaves the focus there. */
  async select({ line, column, endLine, endColumn }: TextRange): Promise<void> {
    await this.goTo(line, column);
    await this.page.keyboard.press('ControlOrMeta+K'); // set the selection's anchor
    await this.page.keyboard.press('ControlOrMeta+B');
    await this.goTo(endLine, endColumn);
    await this.page.keyboard.press('ControlOrMeta+K'); // select from there to here
    await this.page.keyboard.press('ControlOrMeta+K');
    if (line !== endLine || column !== endColumn) await this.statusBar(/\(\d+ selected\)/).waitFor();
  }

  /** Puts the cursor of the active text editor somewhere, and the focus with it. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.palette(`:${line}:${column}`);
    await this.quickInputField.press('Enter');
    await this.statusBar(exactly(`Ln ${line}, Col ${column}`)).waitFor();
  }

  // --- Parts of them ------------------------------------------------------------------------------------------------

  private get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  private get quickInputField(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  private quickRow(text: string | RegExp): Locator {
    const label = this.page.locator('.label-name', { hasText: text });
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ has: label }).first();
  }

  private async palette(text: string): Promise<void> {
    await until('the command palette', async () => {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInputField.waitFor({ timeout: 2000 });
        return true;
      } catch {
        await this.page.keyboard.press('Escape'); // from a menu or a dialog that takes the keys
        return false;
      }
    });
    await this.quickInputField.fill(text);
  }

  /** @returns whether it came within a second and a half; if not, the palette is closed to be asked again */
  private async clicked(row: Locator): Promise<boolean> {
    try {
      await row.click({ timeout: 1500 });
      return true;
    } catch {
      await this.page.keyboard.press('Escape'); // an open palette does not show commands that come later
      return false;
    }
  }
}
