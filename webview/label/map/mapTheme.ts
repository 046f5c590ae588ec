/** The theme's colours for the canvas, which knows no CSS variables. */

export interface MapTheme {
  readonly background: string;
  readonly text: string;
  readonly focus: string;
  readonly font: string;
  /** High contrast: nothing is see-through. */
  readonly isHighContrast: boolean;
  /** A CSS colour or a variable of the theme -> a colour that the canvas knows. */
  readonly colour: (css: string) => string;
}

export function readMapTheme(): MapTheme {
  const style = getComputedStyle(document.documentElement);
  const variable = (name: string): string => style.getPropertyValue(name).trim();
  const text = variable('--vscode-foreground');
  return {
    background: variable('--vscode-editor-background'),
    text,
    focus: variable('--vscode-focusBorder') || text,
    font: variable('--vscode-font-family') || 'sans-serif',
    isHighContrast: document.body.classList.contains('vscode-high-contrast'),
    colour: (css) => {
      const name = /^var\((--[\w-]+)\)$/.exec(css)?.[1];
      return name === undefined ? css : variable(name) || text;
    },
  };
}
