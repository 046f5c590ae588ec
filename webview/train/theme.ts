/** A canvas knows no CSS variables: the theme's colours are read for it, and read again when the theme changes. */

import type { LineStyle } from './lineStyle';

export interface ChartTheme {
  readonly line: (style: LineStyle) => string;
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly font: string;
}

export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (variable: string): string => style.getPropertyValue(variable).trim();
  const text = colour('--vscode-foreground');
  return {
    line: (style) => colour(style.colour) || text,
    text,
    faint: colour('--vscode-descriptionForeground') || text,
    grid: colour('--vscode-charts-lines'),
    font: `11px ${colour('--vscode-font-family') || 'sans-serif'}`,
  };
}
