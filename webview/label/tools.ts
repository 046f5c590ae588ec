/** The tools at the side: which one is open, what it lists, and what it asks of the host. */
import type { ListedText, PanelSaying, SetWish, TextFilter } from '../../extension/protocol/labelPanelApi';
import type { Tool } from './keys';
import type { LabelHost, Talk } from './talk';
import { words } from './words';

/** A tool's list of texts, and which of them are selected. */
export interface TextList {
  readonly texts: readonly ListedText[];
  readonly selected: ReadonlySet<string>;
}

const emptyList: TextList = { texts: [], selected: new Set() };

export interface ToolScreen {
  readonly changed: () => void;
  readonly focusTool: () => void;
  readonly focusDesk: () => void;
}

export class Tools {
  open: Tool | undefined;
  list = emptyList;
  /** The label of the set that is being edited. */
  edited: string | undefined;

  constructor(
    private readonly talk: Talk,
    private readonly screen: ToolScreen,
  ) {}

  /** Opens a tool; the one that is open is closed. */
  toggle(tool: Tool): void {
    if (this.open === tool) return this.close();
    this.open = tool;
    this.edited = undefined;
    this.list = emptyList;
    const { current } = this.talk.shown;
    if (tool === 'similar' && current) {
      const { id } = current;
      void this.fetch(({ client }) => client.request('label/similar', { id }));
    }
    this.screen.changed();
    this.screen.focusTool();
  }

  close(): void {
    this.open = undefined;
    this.screen.changed();
    this.screen.focusDesk();
  }

  edit(label: string | undefined): void {
    this.edited = label;
    this.screen.changed();
  }

  select(selected: ReadonlySet<string>): void {
    this.list = { ...this.list, selected };
    this.screen.changed();
  }

  search(words: string): Promise<void> {
    return this.fetch(({ client }) => client.request('label/search', { words }));
  }

  async sayAll(said: PanelSaying): Promise<void> {
    const ids = [...this.list.selected];
    if (ids.length > 0 && (await this.talk.ask('label/sayAll', { ids, said }))) this.close();
  }

  async filter(filter: TextFilter): Promise<void> {
    await this.talk.ask('label/filter', { filter });
  }

  async note(id: string, note: string): Promise<void> {
    if (await this.talk.ask('label/note', { id, note })) this.close();
  }

  async wish(wish: SetWish): Promise<void> {
    if (!(await this.talk.ask('label/set', wish))) return;
    this.edit(undefined);
    if (wish.do !== 'split') return;
    // The texts to go through are there.
    this.close();
    this.talk.speak(words.spoken.split(wish.name, wish.part));
  }

  private async fetch(ask: (host: LabelHost) => Promise<readonly ListedText[]>): Promise<void> {
    const { host } = this.talk;
    if (!host) return;
    try {
      this.list = { texts: await ask(host), selected: new Set() };
      this.screen.changed();
    } catch (error) {
      this.talk.fail(error);
    }
  }
}
