import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelText } from '../../../extension/protocol/labelPanelApi';
import { words } from '../words';
import { toolHeading } from './toolHeading';

/** A note on the text: Ctrl+Enter saves it, an empty one takes it away. */
export function noteTool(text: PanelText, save: (note: string) => void, close: () => void): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const form = (event.target as HTMLElement).closest('form');
    save(form?.querySelector('textarea')?.value.trim() ?? '');
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return html`
    ${toolHeading(words.note, close)}
    <form class="fields" @submit=${submit}>
      <label class="field">
        <span>${words.noteOn}</span>
        <textarea rows="6" dir="auto" .value=${text.note} @keydown=${onKey}></textarea>
      </label>
      <div class="buttons"><button class="button">${words.saveNote}</button></div>
    </form>
  `;
}
