import type { Locator, Page } from 'playwright-core';
import { exactly } from './exactly';
import { until } from './until';

/** A row as a person sees it. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the top. */
  readonly level: number;
  /** Null for a row that has no children. */
  readonly expanded: boolean | null;
  readonly selected: boolean;
}

/** A tree view of the side bar. VS Code draws only the rows that are in view, so only those are here. */
export class Tree {
  constructor(
    private readonly page: Page,
    /** The tree's element. */
    readonly element: Locator,
  ) {}

  /** From top to bottom. */
  rows(): Promise<TreeRow[]> {
    return this.element.getByRole('treeitem').evaluateAll((elements) => {
      const place = (element: Element) => Number(element.getAttribute('data-index'));
      return elements
        .sort((a, b) => place(a) - place(b))
        .map((element) => {
          const text = (selector: string) => element.querySelector(selector)?.textContent ?? '';
          const expanded = element.getAttribute('aria-expanded');
          return {
            label: text('.label-name') + text('.label-suffix'),
            description: text('.label-description'),
            level: Number(element.getAttribute('aria-level')),
            expanded: expanded === null ? null : expanded === 'true',
            selected: element.getAttribute('aria-selected') === 'true',
          };
        });
    });
  }

  /** The first row with this label. */
  row(label: string): Locator {
    const name = this.page.locator('.label-name', { hasText: exactly(label) });
    return this.element.getByRole('treeitem').filter({ has: name }).first();
  }

  async click(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Opens a row and waits until it is open. Its children may come later: wait for one of them. */
  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'true') return;
    await row.locator('.monaco-tl-twistie').click();
    await until(`${label} to open`, async () => (await row.getAttribute('aria-expanded')) === 'true');
  }

  /** Presses a button that shows in the row while the mouse is over it. */
  async inlineAction(label: string, action: string): Promise<void> {
    await this.row(label).hover();
    await this.row(label).getByRole('button', { name: action }).click();
  }

  /** Opens the row's context menu; `Workbench.menu` chooses from it. */
  async contextMenu(label: string): Promise<void> {
    await this.row(label).click({ button: 'right' });
  }
}
