/** What `classifier.json` holds: the label set, where the texts come from, and the settings of training. */
import * as z from 'zod/mini';
import { staysInside } from '../sources/globs';
import { units } from '../sources/units';
import type { TrainSettings } from '../protocol/engineApi';

const maxLabelLength = 80;

/** What is wrong with a label's name beside the others, as one sentence; undefined when nothing is. */
export function checkLabelName(name: string, others: readonly string[] = []): string | undefined {
  if (name.trim() === '') return 'A label needs a name.';
  if (name !== name.trim()) return `The label "${name}" begins or ends with a space; take it away.`;
  if (name.length > maxLabelLength) return `A label's name has at most ${maxLabelLength} characters.`;
  if (/\p{Cc}/u.test(name)) return "A label's name is one line without control characters.";
  const same = others.find((other) => folded(other) === folded(name));
  if (same !== undefined) return `There is a label "${same}" already; take another name.`;
  return undefined;
}

/** Names that only differ by case or by how an accent is encoded are one name to a person. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** A label of the set. */
export const labelDefinitionSchema = z.looseObject({
  name: z.string(),
  /** The key that gives the label: one character. */
  key: z.optional(z.string().check(z.length(1, 'a key is one character'))),
  /** A theme colour ('nanonet.label1') or '#rrggbb'. */
  colour: z.optional(z.string()),
  /** What the label means, for people and for the committee. */
  description: z.optional(z.string()),
});

const pattern = {
  /** Relative to the workspace folder, with '/'. */
  glob: z.string().check(z.refine(staysInside, 'a pattern is relative to the workspace and has no ".."')),
  exclude: z.optional(z.array(z.string())),
};

const column = z.string().check(z.minLength(1, 'a column has a name'));

const table = {
  ...pattern,
  /** The column of the text, or several. */
  text: z.union([column, z.array(column).check(z.minLength(1, 'name a column of the text'))]),
  /** The column of labels that the rows already have. */
  label: z.optional(column),
};

const sourceSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('files'), ...pattern, unit: z.optional(z.enum(units)) }),
  z.looseObject({ kind: z.literal('csv'), ...table }),
  z.looseObject({ kind: z.literal('json'), ...table }),
  z.looseObject({ kind: z.literal('parquet'), ...table }),
  z.looseObject({ kind: z.literal('comments'), ...pattern }),
  z.looseObject({ kind: z.literal('commits') }),
]);

const layers = z.array(z.int().check(z.nonnegative()));

const share = z.number().check(z.gte(0), z.lte(1));

/** Settings of the training, in classifier.json and in the editor's settings. */
export const settingsSchema = z.looseObject({
  seed: z.optional(z.int()),
  device: z.optional(z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml'])),
  base: z.optional(z.string()),
  adapter: z.optional(z.enum(['lora', 'bitfit', 'houlsby'])),
  students: z.optional(z.array(layers).check(z.minLength(1))),
  steps: z.optional(z.int().check(z.positive())),
  learningRate: z.optional(z.number().check(z.positive())),
  windowTokens: z.optional(z.int().check(z.positive())),
  spreadShare: z.optional(share),
  mutualShare: z.optional(share),
  targetPrecision: z.optional(share),
  distillation: z.optional(z.boolean()),
  mutual: z.optional(z.boolean()),
  unlabelled: z.optional(z.boolean()),
});

/** The whole file; unknown fields are kept. */
export const classifierSchema = z
  .looseObject({
    version: z.literal(1, 'this file was written by a newer NanoNet; update it'),
    name: z.string(),
    labels: z.array(labelDefinitionSchema),
    sources: z.array(sourceSchema),
    settings: z.optional(settingsSchema),
  })
  .check(({ value: { labels }, issues }) => {
    for (const [at, { name, key }] of labels.entries()) {
      const before = labels.slice(0, at);
      const complaint = checkLabelName(
        name,
        before.map((label) => label.name),
      );
      if (complaint !== undefined)
        issues.push({ code: 'custom', path: ['labels', at], message: complaint, input: name });
      if (key !== undefined && before.some((label) => label.key === key)) {
        issues.push({
          code: 'custom',
          path: ['labels', at],
          message: `two labels have the key "${key}"`,
          input: key,
        });
      }
    }
  });

/** A label of the set. */
export type LabelDefinition = Readonly<z.infer<typeof labelDefinitionSchema>>;
/** Where texts come from; the kinds are those of the table in `sources/`. */
export type SourceDefinition = Readonly<z.infer<typeof sourceSchema>>;

/** One classifier: its name, labels in order, sources and settings. */
export interface Classifier {
  readonly version: 1;
  readonly name: string;
  readonly labels: readonly LabelDefinition[];
  readonly sources: readonly SourceDefinition[];
  readonly settings?: TrainSettings;
}
