/** A label's colour in every place that can show one. The theme colours are declared in package.json. */
import * as vscode from 'vscode';
import type { LabelDefinition } from '../../project/classifier';
import { gutterColours } from './gutterColours';

/** What files of other tools may name. */
const synonyms: Readonly<Record<string, number>> = {
  'charts.blue': 1,
  'charts.orange': 2,
  'charts.green': 3,
  'charts.purple': 4,
  'charts.red': 5,
  'charts.yellow': 6,
};

export interface LabelColour {
  /** Names the colour; equal ones share their decorations. */
  readonly key: string;
  readonly text: vscode.ThemeColor | string;
  /** Behind a passage; see-through in high contrast. */
  readonly background: vscode.ThemeColor | string;
  /** Around a passage in high contrast; see-through elsewhere. */
  readonly border: vscode.ThemeColor | string;
  /** For trees and badges, which take theme colours alone. */
  readonly icon: vscode.ThemeColor;
  readonly gutter: { readonly dark: vscode.Uri; readonly light: vscode.Uri };
}

/** @param position of the label in its set, from 0: what decides where the definition does not */
export function colourOf({ colour }: LabelDefinition, position: number): LabelColour {
  const own = colour !== undefined && /^#[0-9a-f]{6}$/i.test(colour) ? colour : undefined;
  const slot = slotOf(colour) ?? (Math.max(position, 0) % gutterColours.length) + 1;
  const name = `nanonet.label${slot}`;
  const [dark, light] = gutterColours[slot - 1] ?? ['#b8bdc6', '#5a6270'];
  if (own !== undefined) {
    const gutter = dot(own);
    return {
      key: own,
      text: own,
      background: `${own}26`,
      border: new vscode.ThemeColor(`${name}Border`),
      icon: new vscode.ThemeColor(name),
      gutter: { dark: gutter, light: gutter },
    };
  }
  return {
    key: name,
    text: new vscode.ThemeColor(name),
    background: new vscode.ThemeColor(`${name}Background`),
    border: new vscode.ThemeColor(`${name}Border`),
    icon: new vscode.ThemeColor(name),
    gutter: { dark: dot(dark), light: dot(light) },
  };
}

/** The colour in a webview: a variable of the theme or '#rrggbb'; nothing else of the file gets there. */
export function cssColourOf(label: LabelDefinition, position: number): string {
  const { key } = colourOf(label, position);
  return key.startsWith('#') ? key : `var(--vscode-${key.replace('.', '-')})`;
}

function slotOf(colour: string | undefined): number | undefined {
  const own = /^nanonet\.label([1-8])$/.exec(colour ?? '')?.[1];
  return own === undefined ? synonyms[colour ?? ''] : Number(own);
}

function dot(colour: string): vscode.Uri {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="3.5" fill="${colour}"/></svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
