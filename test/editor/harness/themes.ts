/** The four kinds of theme that a person may use. */
export type ThemeName = 'light' | 'dark' | 'hc' | 'hcLight';

interface Theme {
  /** Value of `workbench.colorTheme`. */
  readonly setting: string;
  /** What the list of themes calls it. */
  readonly label: string;
  /** Class that the workbench has once the theme is on. */
  readonly className: string;
}

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    setting: 'Light Modern',
    label: 'Light Modern',
    className: 'vscode-theme-defaults-themes-light_modern-json',
  },
  dark: {
    setting: 'Dark Modern',
    label: 'Dark Modern',
    className: 'vscode-theme-defaults-themes-dark_modern-json',
  },
  hc: {
    setting: 'Default High Contrast',
    label: 'Dark High Contrast',
    className: 'vscode-theme-defaults-themes-hc_black-json',
  },
  hcLight: {
    setting: 'Default High Contrast Light',
    label: 'Light High Contrast',
    className: 'vscode-theme-defaults-themes-hc_light-json',
  },
};
