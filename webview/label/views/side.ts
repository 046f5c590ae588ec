import { nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { LabelPanelState, PanelText } from '../../../extension/protocol/labelPanelApi';
import type { Talk } from '../talk';
import type { Tools } from '../tools';
import { about } from './about';
import { filterTool } from './filterTool';
import { keyTable } from './keyTable';
import { listTool } from './listTool';
import { noteTool } from './noteTool';
import { peopleTool } from './peopleTool';
import { setTool } from './setTool';

/** The tool that is open, or what is known about the text. */
export function side(
  panel: LabelPanelState,
  text: PanelText | undefined,
  labelKeys: ReadonlyMap<string, string>,
  tools: Tools,
  talk: Talk,
  show: (id: string) => void,
): TemplateResult | typeof nothing {
  const close = (): void => tools.close();
  switch (tools.open) {
    case undefined:
      return text === undefined ? nothing : about(panel, text);
    case 'keys':
      return keyTable(labelKeys, close);
    case 'filter':
      return filterTool(panel, (filter) => void tools.filter(filter), close);
    case 'note':
      return text === undefined ? nothing : noteTool(text, (note) => void tools.note(text.id, note), close);
    case 'people':
      return peopleTool(panel, {
        show,
        settle: (id, label) => void talk.ask('label/settle', { id, label }),
        close,
      });
    case 'search':
    case 'similar':
      return listTool(tools.open, panel, tools.list, {
        search: (found) => void tools.search(found),
        select: (ids) => tools.select(ids),
        show,
        labelAll: (said) => void tools.sayAll(said),
        close,
      });
    case 'set':
      return setTool(panel, tools.edited, {
        edit: (name) => tools.edit(name),
        wish: (wish) => void tools.wish(wish),
        close,
      });
  }
}
