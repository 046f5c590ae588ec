import { svg, html } from 'lit';
import type { TemplateResult } from 'lit';
import type { PointStyle } from '../map/pointStyles';
import { shapePaths } from '../map/shapes';

/** A point as the map draws it, for legends. */
export function shapeMark({ shape, colour, isHollow }: PointStyle): TemplateResult {
  const style = isHollow ? `fill: none; stroke: ${colour}` : `fill: ${colour}`;
  return html`
    <svg class="shape" viewBox="-1.6 -1.6 3.2 3.2" aria-hidden="true">
      ${svg`<path d=${shapePaths[shape]} stroke-width="0.5" .style=${style} />`}
    </svg>
  `;
}
