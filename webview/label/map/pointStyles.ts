/** How the points of a map look: what is given is full, what the model says is hollow, what is open is a grey dot. */
import type { MapMarks, PanelLabel } from '../../../extension/protocol/labelPanelApi';
import { noLabel } from '../../../extension/protocol/labelPanelApi';
import { shapeOf, type Shape } from './shapes';

/** What colours say. */
export type ColourBy = 'label' | 'suggestion' | 'score';

export interface PointStyle {
  readonly shape: Shape;
  /** A variable of the theme or '#rrggbb'. */
  readonly colour: string;
  readonly isHollow: boolean;
  /** CSS pixels. */
  readonly radius: number;
}

export interface StyledPoints {
  readonly styles: readonly PointStyle[];
  /** Number of each point's style. */
  readonly style: Uint16Array;
}

const quiet = 'var(--vscode-descriptionForeground)';
const loud = 'var(--vscode-foreground)';
const given = 4.6;
const open = 2.4;

/** The less sure, the more it stands out; without hues, which are the labels'. A score below `below` is in the band. */
export const scoreBands: readonly { readonly below: number; readonly style: PointStyle }[] = [
  { below: 0.5, style: { shape: 'circle', colour: loud, isHollow: false, radius: 4.6 } },
  { below: 0.7, style: { shape: 'circle', colour: loud, isHollow: true, radius: 4 } },
  { below: 0.9, style: { shape: 'circle', colour: quiet, isHollow: true, radius: 3.2 } },
  { below: Infinity, style: { shape: 'circle', colour: quiet, isHollow: false, radius: open - 0.4 } },
];

export const openStyle: PointStyle = { shape: 'circle', colour: quiet, isHollow: false, radius: open };
export const noneStyle: PointStyle = { shape: 'cross', colour: quiet, isHollow: false, radius: 4.2 };
export const skippedStyle: PointStyle = { shape: 'dash', colour: quiet, isHollow: false, radius: 4 };
const unsureStyle: PointStyle = { shape: 'circle', colour: quiet, isHollow: true, radius: 3.4 };

/** @param position of the label in its set */
export function labelStyle({ colour }: Pick<PanelLabel, 'colour'>, position: number): PointStyle {
  return { shape: shapeOf(position), colour, isHollow: false, radius: given };
}

/** @param labels of the set; labels that it lacks are grey */
export function stylePoints(
  marks: MapMarks,
  labels: readonly Pick<PanelLabel, 'name' | 'colour'>[],
  by: ColourBy,
): StyledPoints {
  const styles: PointStyle[] = [];
  const numbers = new Map<PointStyle, number>();
  const numberOf = (style: PointStyle): number => {
    const number = numbers.get(style) ?? styles.push(style) - 1;
    numbers.set(style, number);
    return number;
  };
  const positions = new Map(labels.map(({ name }, position) => [name, position]));
  const ofLabel = marks.labels.map((name, number) => {
    const position = positions.get(name) ?? number;
    return labelStyle(labels[position] ?? { colour: quiet }, position);
  });
  const hollow = ofLabel.map((style): PointStyle => ({ ...style, isHollow: true, radius: given - 0.6 }));

  const styleOf = (point: number): PointStyle => {
    const mark = marks.given[point] ?? noLabel.open;
    if (mark === noLabel.none) return noneStyle;
    if (mark >= 0) return ofLabel[mark] ?? openStyle;
    const suggested = by === 'label' ? -1 : (marks.suggested[point] ?? -1);
    if (suggested < 0) return mark === noLabel.skipped ? skippedStyle : openStyle;
    const sure = marks.scores[point] ?? 0;
    if (by === 'score') return scoreBands.find(({ below }) => sure < below)?.style ?? openStyle;
    return marks.unsure[point] ? unsureStyle : (hollow[suggested] ?? openStyle);
  };
  return { styles, style: Uint16Array.from(marks.given, (_, point) => numberOf(styleOf(point))) };
}
