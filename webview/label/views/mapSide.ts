import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { LabelPanelState, MapMarks, PanelMap } from '../../../extension/protocol/labelPanelApi';
import { noLabel } from '../../../extension/protocol/labelPanelApi';
import { whole } from '../../train/format';
import { groupPlaces } from '../map/groupPlaces';
import type { MapDesk } from '../map/mapDesk';
import {
  labelStyle,
  noneStyle,
  openStyle,
  scoreBands,
  skippedStyle,
  type PointStyle,
} from '../map/pointStyles';
import { words } from '../words';
import { textRow } from './listTool';
import { shapeMark } from './shapeMark';

export interface MapSideWishes {
  readonly show: (id: string) => void;
  readonly goTo: (point: number) => void;
}

/** What is selected, as a list; without a selection, what the points mean and which groups there are. */
export function mapSide(
  panel: LabelPanelState,
  desk: MapDesk,
  wishes: MapSideWishes,
): TemplateResult | typeof nothing {
  const { map, marks } = desk;
  if (!map || !marks || desk.isDrawing) return nothing;
  return desk.selected.size > 0
    ? selection(panel, desk, marks, wishes.show)
    : html`
        ${desk.outcome === undefined ? nothing : html`<p class="map-outcome">${desk.outcome}</p>`}
        ${legend(desk)} ${groups(desk, map, wishes)}
      `;
}

function selection(
  panel: LabelPanelState,
  desk: MapDesk,
  marks: MapMarks,
  show: MapSideWishes['show'],
): TemplateResult {
  const { all = 0, decided = 0, byMark = [] } = desk.counts ?? {};
  const styles = new Map(panel.labels.map((label, at) => [label.name, labelStyle(label, at)]));
  return html`
    <div class="tool-heading">
      <h2>${words.map.selected(all)}</h2>
      <button type="button" class="button secondary" @click=${() => desk.select([], 'instead')}>
        ${words.map.clear}
      </button>
    </div>
    ${desk.outcome === undefined ? nothing : html`<p>${desk.outcome}</p>`}
    <ul class="map-counts" aria-label=${words.map.countsSelected}>
      ${byMark.map(([mark, count]) => {
        const name = marks.labels[mark];
        const style = (name === undefined ? markStyles[mark] : styles.get(name)) ?? openStyle;
        return html`<li>
          ${shapeMark(style)}<span class="label-name" dir="auto">${name ?? words.map.noLabel[mark]}</span>
          <span class="bar-count">${whole(count)}</span>
        </li>`;
      })}
    </ul>
    ${
      decided === 0
        ? nothing
        : html`<label class="check">
            <input
              type="checkbox"
              .checked=${desk.alsoDecided}
              @change=${(event: Event) =>
                desk.update({ alsoDecided: (event.target as HTMLInputElement).checked })}
            />
            <span>${words.map.alsoDecided(whole(decided), decided === 1)}</span>
          </label>`
    }
    <ul class="list" aria-label=${words.map.listOfSelected}>
      ${repeat(
        desk.listed,
        ({ point }) => point,
        ({ point, text }) => textRow(text, desk.selected.has(point), () => desk.toggle(point), show),
      )}
    </ul>
    ${all > desk.listed.length ? html`<p class="quiet">${words.foundMany(whole(desk.listed.length))}</p>` : nothing}
  `;
}

const markStyles: Readonly<Record<number, PointStyle>> = {
  [noLabel.open]: openStyle,
  [noLabel.none]: noneStyle,
  [noLabel.skipped]: skippedStyle,
};

/** The labels' shapes stand at their buttons; these are the others. */
function legend({ by }: MapDesk): TemplateResult {
  const entry = (style: PointStyle, meaning: string): TemplateResult =>
    html`<li>${shapeMark(style)}<span>${meaning}</span></li>`;
  const { legend: meanings } = words.map;
  const hollow: PointStyle = { ...openStyle, isHollow: true };
  return html`
    <section>
      <h2>${words.map.points}</h2>
      <ul class="map-counts">
        ${
          by === 'score'
            ? scoreBands.map(({ style }, at) => entry(style, meanings.bands[at] ?? ''))
            : entry(openStyle, by === 'label' ? meanings.open : meanings.notAsked)
        }
        ${by === 'suggestion' ? [entry(hollow, meanings.suggested)] : nothing} ${entry(noneStyle, words.none)}
        ${by === 'label' ? entry(skippedStyle, meanings.skipped) : nothing}
      </ul>
      <p class="quiet">${words.map.how}</p>
    </section>
  `;
}

/** Many at once: a group is a click. */
function groups(desk: MapDesk, map: PanelMap, { goTo }: MapSideWishes): TemplateResult {
  const choose = (points: readonly number[]): void => {
    desk.select(points, 'instead');
    const [middle] = points;
    if (middle !== undefined) goTo(middle);
  };
  return html`
    <section>
      <h2>${words.map.groups}</h2>
      <ul class="list groups">
        ${groupPlaces(map).map(
          ({ group, points }) => html`
            <li>
              <button type="button" class="row" title=${words.map.selectGroup} @click=${() => choose(points)}>
                <span dir="auto">${map.groups[group]?.words.join(', ')}</span>
                <span class="bar-count">${whole(points.length)}</span>
              </button>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
