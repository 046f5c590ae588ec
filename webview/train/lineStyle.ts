/**
 * How the models' lines look: a colour and a dash pattern each, so that colour is never the only difference. The colours
 * are the extension's own, which a theme may change: of VS Code's chart colours some themes make one translucent or
 * leave it out.
 */

export interface LineStyle {
  /** Name of the theme's variable. */
  readonly colour: string;
  /** In CSS pixels; empty is a solid line. */
  readonly dash: readonly number[];
  readonly width: number;
}

const teacher: LineStyle = { colour: '--vscode-charts-foreground', dash: [], width: 1.5 };

/** In an order that colour-blind eyes tell apart as well: blue and orange first, red and green never side by side. */
const students: readonly [LineStyle, ...LineStyle[]] = [
  { colour: '--vscode-nanonet-label1', dash: [7, 3], width: 2 },
  { colour: '--vscode-nanonet-label2', dash: [2, 3], width: 2 },
  { colour: '--vscode-nanonet-label4', dash: [10, 3, 2, 3], width: 2 },
  { colour: '--vscode-nanonet-label3', dash: [14, 4], width: 2 },
  { colour: '--vscode-nanonet-label6', dash: [4, 2, 1, 2, 1, 2], width: 2 },
  { colour: '--vscode-nanonet-label5', dash: [1, 2], width: 2 },
];

/** @param position of the member in the snapshot: the teacher first */
export function lineStyle(id: string, position: number): LineStyle {
  if (id === 'teacher') return teacher;
  return students[Math.max(0, position - 1) % students.length] ?? students[0];
}

/** The colour as CSS. The canvas has `ChartTheme.colour` for it. */
export function cssColour({ colour }: LineStyle): string {
  return `var(${colour})`;
}
