import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ref, type Ref } from 'lit/directives/ref.js';
import type { LabelPanelState } from '../../../extension/protocol/labelPanelApi';
import { share, whole } from '../../train/format';
import type { MapAction } from '../map/mapKeys';
import type { Attended, MapDesk } from '../map/mapDesk';
import type { MapWishes, NanonetMap } from '../map/mapElement';
import type { ColourBy } from '../map/pointStyles';
import { words } from '../words';

export interface MapAreaWishes extends MapWishes {
  readonly act: (action: MapAction) => void;
  /** The keys work on the map again. */
  readonly focus: () => void;
  /** Back to the text. */
  readonly leave: () => void;
}

const cardWidth = 320;

/** The map with its tools; how far it is while it is being made. */
export function mapArea(
  panel: LabelPanelState,
  desk: MapDesk,
  element: Ref<NanonetMap>,
  wishes: MapAreaWishes,
): TemplateResult {
  const { map, marks } = desk;
  if (desk.isDrawing || (map && !marks)) return drawing(desk, wishes.leave);
  if (!map || !marks) {
    return html`
      <div class="nothing">
        <p>${words.map.notDrawn}</p>
        <div class="buttons">
          <button type="button" class="button" @click=${() => void desk.draw()}>${words.map.draw}</button>
        </div>
      </div>
    `;
  }
  if (map.ids.length === 0) return html`<div class="nothing"><p>${words.map.empty}</p></div>`;
  return html`
    <div class="map">
      ${tools(panel, desk, wishes)}
      <div class="map-frame">
        <nanonet-map
          ${ref(element)}
          .map=${map}
          .marks=${marks}
          .labels=${panel.labels}
          .by=${desk.by}
          .mode=${desk.mode}
          .selected=${desk.selected}
          .camera=${desk.camera}
          .wishes=${wishes}
        ></nanonet-map>
        ${desk.attended === undefined ? nothing : card(desk, desk.attended, element.value)}
      </div>
      <p id="map-hint" class="for-ears">${words.map.hint}</p>
    </div>
  `;
}

function drawing(desk: MapDesk, leave: () => void): TemplateResult {
  const { placed = 0, of = 0 } = desk.progress ?? {};
  const isPlacing = placed < of;
  const sentence = isPlacing ? words.map.placing(whole(placed), whole(of)) : words.map.layingOut;
  return html`
    <div class="nothing map-wait">
      <p role="status">${of === 0 ? words.map.beginning : sentence}</p>
      <progress max="1" .value=${of === 0 ? 0 : placed / of} aria-label=${words.map.progress}></progress>
      <div class="buttons">
        <button type="button" class="button secondary" @click=${leave}>${words.map.cancel}</button>
        ${
          isPlacing && placed > 0
            ? html`<button type="button" class="button secondary" @click=${() => void desk.draw('ready')}>
                ${words.map.drawReady(whole(placed))}
              </button>`
            : nothing
        }
      </div>
      ${isPlacing ? html`<p class="quiet">${words.map.goesOn}</p>` : nothing}
    </div>
  `;
}

function tools(panel: LabelPanelState, desk: MapDesk, wishes: MapAreaWishes): TemplateResult {
  const hasModel = panel.model !== undefined;
  const mode = (name: MapDesk['mode']): TemplateResult => html`
    <button
      type="button"
      class="button secondary"
      aria-pressed=${desk.mode === name ? 'true' : 'false'}
      title=${words.map.modeHints[name]}
      @click=${() => desk.update({ mode: name })}
    >
      ${words.map.modes[name]}
    </button>
  `;
  const icon = (action: 'in' | 'out' | 'whole', name: string, key: string): TemplateResult => html`
    <button
      type="button"
      class="icon-button"
      title="${words.map.zoom[action]} (${key})"
      aria-label=${words.map.zoom[action]}
      @click=${() => wishes.act({ do: action })}
    >
      <span class="codicon codicon-${name}" aria-hidden="true"></span>
    </button>
  `;
  return html`
    <div class="map-tools" role="toolbar" aria-label=${words.map.tools}>
      <label class="map-colours">
        <span>${words.map.colours}</span>
        <select
          title=${hasModel ? nothing : words.map.noModel}
          @change=${(event: Event) => {
            desk.colour((event.target as HTMLSelectElement).value as ColourBy);
            wishes.focus();
          }}
        >
          ${(Object.keys(words.map.by) as ColourBy[]).map(
            (by) => html`
              <option value=${by} ?selected=${desk.by === by} ?disabled=${by !== 'label' && !hasModel}>
                ${words.map.by[by]}
              </option>
            `,
          )}
        </select>
      </label>
      <div class="pair" role="group" aria-label=${words.map.drag}>${mode('lasso')}${mode('move')}</div>
      <div class="map-zoom">
        ${icon('out', 'zoom-out', '-')} ${icon('in', 'zoom-in', '+')} ${icon('whole', 'screen-full', 'Home')}
      </div>
      <p class="quiet map-note">${note(desk)}</p>
      ${
        (desk.marks?.missing ?? 0) > 0
          ? html`<button type="button" class="link" @click=${() => void desk.draw('anew')}>
              ${words.map.drawAnew}
            </button>`
          : nothing
      }
    </div>
  `;
}

/** What the map lacks, or waits for: the one thing that matters most. */
function note({ map, marks, by }: MapDesk): string {
  if (!map || !marks) return '';
  if (marks.missing > 0) return words.map.missing(whole(marks.missing), marks.missing === 1);
  if (by !== 'label' && marks.suggested.length > 0) {
    const read = marks.suggested.filter((label) => label >= 0).length;
    if (read < map.ids.length) return words.map.reading(whole(read), whole(map.ids.length));
  }
  return map.leftOut > 0 ? words.map.sample(whole(map.ids.length), whole(map.leftOut)) : '';
}

/** The beginning of the text that is pointed at; it is text, whatever it contains. */
function card(desk: MapDesk, { point, place, text }: Attended, map: NanonetMap | undefined): TemplateResult {
  const { clientWidth: width = 0, clientHeight: height = 0 } = map ?? {};
  const { marks } = desk;
  const left = Math.max(0, Math.min(place.x + 14, width - cardWidth));
  const isLow = place.y > height / 2;
  const vertical = isLow ? `bottom: ${height - place.y + 14}px` : `top: ${place.y + 14}px`;
  const given = marks?.given[point] ?? -1;
  const suggested = marks?.suggested[point] ?? -1;
  const said = marks?.labels[given] ?? words.map.noLabel[given] ?? '';
  const says = marks?.labels[suggested];
  const about = [
    said,
    ...(given < 0 && says !== undefined
      ? [words.map.suggests(says, share(marks?.scores[point] ?? 0), marks?.unsure[point] === 1)]
      : []),
  ];
  return html`
    <div
      class="map-card"
      aria-hidden="true"
      .style=${`left: ${left}px; ${vertical}; max-width: ${cardWidth}px`}
    >
      <span class="excerpt" dir="auto">${text?.excerpt ?? '…'}</span>
      <span class="quiet" dir="auto">${[...about, ...(text ? [text.place] : [])].join(' · ')}</span>
    </div>
  `;
}
