import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TabName } from '../../reportWords';
import { reportWords, tabNames } from '../../reportWords';

/** One tab stop; arrow keys, Home and End choose. `count` stands beside the name of the tab that it is of. */
export function tabs(
  chosen: TabName,
  counts: Partial<Record<TabName, string>>,
  onChoose: (tab: TabName) => void,
): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const next = nextTab(chosen, event.key);
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    document.getElementById(tabId(next))?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${reportWords.report} @keydown=${onKey}>
      ${tabNames.map((name) => {
        const isChosen = name === chosen;
        const count = counts[name];
        return html`
          <button
            type="button"
            class="tab"
            role="tab"
            id=${tabId(name)}
            aria-selected=${isChosen ? 'true' : 'false'}
            aria-controls=${isChosen ? 'report-panel' : nothing}
            tabindex=${isChosen ? 0 : -1}
            @click=${() => onChoose(name)}
          >
            ${reportWords.tabs[name]}${count === undefined ? nothing : html` <span class="tab-count">${count}</span>`}
          </button>
        `;
      })}
    </div>
  `;
}

export function tabId(name: TabName): string {
  return `report-tab-${name}`;
}

function nextTab(chosen: TabName, key: string): TabName | undefined {
  const at = tabNames.indexOf(chosen);
  const { length } = tabNames;
  switch (key) {
    case 'ArrowRight':
      return tabNames[(at + 1) % length];
    case 'ArrowLeft':
      return tabNames[(at + length - 1) % length];
    case 'Home':
      return tabNames[0];
    case 'End':
      return tabNames[length - 1];
    default:
      return undefined;
  }
}
