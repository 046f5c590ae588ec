import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { words } from '../words';
import { toolHeading } from './toolHeading';

type Row = readonly [keys: string, does: string];

/** Every key and what it does. */
export function keyTable(labelKeys: ReadonlyMap<string, string>, close: () => void): TemplateResult {
  const { keyTable: does } = words;
  const rows: readonly Row[] = [
    [[...labelKeys.keys()].join(' '), does.label],
    ['Enter', does.accept],
    ['0', does.none],
    ['Space', does.skip],
    ['Backspace', does.back],
    ['Ctrl+Z', does.undo],
    ['Ctrl+Shift+Z', does.redo],
    ['← →', does.arrows],
    ['/', does.search],
    ['F', does.filter],
    ['N', does.note],
    ['L', does.set],
    ['M', does.map],
    ['S', does.similar],
    ['O', does.open],
    ['P', does.people],
    ['?', does.keys],
    ['Escape', does.escape],
  ];
  const onMap: readonly Row[] = [
    ['← → ↑ ↓', does.go],
    ['Shift+↑ ↓', does.circle],
    ['Space', does.toggle],
    ['Enter', does.show],
    ['+ - Home', does.zoom],
    ['Escape', does.clear],
  ];
  return html`
    ${toolHeading(words.keys, close)} ${table(rows)}
    <p class="quiet">${words.keyTable.shift}</p>
    <h2>${does.onMap}</h2>
    ${table(onMap)}
  `;
}

function table(rows: readonly Row[]): TemplateResult {
  return html`
    <table class="keys">
      <tbody>
        ${rows.map(
          ([keys, what]) =>
            html`<tr>
              <th scope="row"><kbd>${keys}</kbd></th>
              <td>${what}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  `;
}
