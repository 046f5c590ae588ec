/** package.json says the same as the code that stands behind it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { defaultRecipe } from '../../extension/engine/learn/settings';
import { agentTools, editorInputs } from '../../extension/protocol/agentTools';
import { innerCommands, paletteCommands } from '../../extension/vscode/commandIds';
import { gutterColours } from '../../extension/vscode/marks/gutterColours';

const root = resolve(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Rule {
  readonly command?: string;
  readonly when?: string;
}
interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly Rule[]>>;
    readonly keybindings: readonly (Rule & { readonly key: string })[];
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope?: string; readonly default?: unknown }>>;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly svg: string } }[];
    }[];
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly languageModelTools: readonly {
      readonly name: keyof typeof agentTools;
      readonly modelDescription: string;
      readonly inputSchema: object;
    }[];
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
}
const manifest = JSON.parse(read('package.json')) as Manifest;
const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { commands, menus, keybindings, colors, configuration, walkthroughs } = manifest.contributes;
const declared = commands.map(({ command }) => command);

describe('the manifest', () => {
  test('declares the commands that are registered, and no other', () => {
    expect([...declared].sort()).toEqual([...paletteCommands, ...innerCommands].sort());
  });

  test('names only declared commands in menus, keys and texts', () => {
    const rules = [...Object.values(menus).flat(), ...keybindings];
    const named = rules.flatMap(({ command }) => (command === undefined ? [] : [command]));
    const linked = Object.values(strings).flatMap((text) =>
      [...text.matchAll(/command:(nanonet\.\w+)/g)].map(([, id]) => id ?? ''),
    );
    expect([...named, ...linked].filter((id) => !declared.includes(id))).toEqual([]);
  });

  test('keeps inner commands out of the palette', () => {
    const hidden = (menus['commandPalette'] ?? []).map(({ command }) => command);
    expect(innerCommands.filter((id) => !hidden.includes(id))).toEqual([]);
  });

  test('binds no key without a condition', () => {
    expect(keybindings.filter(({ when }) => when === undefined || when === '')).toEqual([]);
  });

  test('has every string once, and no string that nobody shows', () => {
    const used = new Set([...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    expect([...used].sort()).toEqual(Object.keys(strings).sort());
  });

  test('asks only for context keys that the code sets', () => {
    const known = [...read('extension/vscode/contextKeys.ts').matchAll(/'(nanonet\.\w+)':/g)].map(
      ([, key]) => key,
    );
    const conditions = read('package.json').match(/"(when|enablement)": "[^"]*"/g) ?? [];
    const views = ['nanonet.classifiers', 'nanonet.texts', 'nanonet.results', 'nanonet.comparison'];
    const asked = conditions.flatMap((text) => [...text.matchAll(/nanonet\.\w+/g)].map(([key]) => key));
    expect([...new Set(asked)].filter((key) => !known.includes(key) && !views.includes(key))).toEqual([]);
  });

  test('declares the label colours that the gutter repeats, for every kind of theme', () => {
    for (const [at, [dark, light]] of gutterColours.entries()) {
      const found = colors.find(({ id }) => id === `nanonet.label${at + 1}`);
      expect(found?.defaults).toMatchObject({ dark, light });
    }
    expect(colors).toHaveLength(gutterColours.length * 3);
    for (const { defaults } of colors) {
      expect(Object.keys(defaults).sort()).toEqual(['dark', 'highContrast', 'highContrastLight', 'light']);
    }
  });

  test('restricts what decides about the computation, and where texts may go, to trusted workspaces', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(restrictedConfigurations).toEqual([
      'nanonet.device',
      'nanonet.baseModel',
      'nanonet.committee.endpoint',
      'nanonet.committee.model',
    ]);
    for (const id of restrictedConfigurations)
      expect(configuration.properties[id]?.scope).toBe('machine-overridable');
  });

  test('shows the defaults that the engine has', () => {
    const { adapter, learningRate, seed, windowTokens, spreadShare, mutualShare } = defaultRecipe;
    const known = { adapter, learningRate, seed, windowTokens, spreadShare, mutualShare };
    for (const [name, value] of Object.entries(known))
      expect(configuration.properties[`nanonet.training.${name}`]?.default).toBe(value);
  });

  test('tells an agent what the other server tells it, and asks for what the code takes', () => {
    const { languageModelTools: tools } = manifest.contributes;
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(agentTools));
    for (const { name, modelDescription, inputSchema } of tools) {
      expect(modelDescription).toBe(agentTools[name].description);
      const { $schema, ...schema } = z.toJSONSchema(editorInputs[name], { io: 'input' });
      expect({ $schema, ...inputSchema }).toEqual({ $schema, ...schema });
    }
  });

  test('has a picture for every step of the walkthrough', () => {
    for (const { media } of walkthroughs.flatMap(({ steps }) => steps))
      expect(existsSync(join(root, media.svg))).toBe(true);
  });
});
