/** What `classifier.json` holds: the label set, where the texts come from, and the settings of training. */
import * as z from 'zod';
import { staysInside } from '../sources/globs';
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

const labelSchema = z.looseObject({
  name: z.string(),
  /** The key that gives the label: one character. */
  key: z.string().length(1, 'a key is one character').optional(),
  /** A theme colour ('nanonet.label1') or '#rrggbb'. */
  colour: z.string().optional(),
  /** What the label means, for people and for the committee. */
  description: z.string().optional(),
});

const sourceSchema = z.looseObject({
  kind: z.literal('files'),
  /** Relative to the workspace folder, with '/'. */
  glob: z.string().refine(staysInside, 'a pattern is relative to the workspace and has no ".."'),
  exclude: z.array(z.string()).optional(),
});

const settingsSchema = z.looseObject({
  seed: z.number().int().optional(),
  device: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml']).optional(),
  base: z.string().optional(),
  adapter: z.enum(['lora', 'bitfit', 'houlsby']).optional(),
  students: z.array(z.array(z.number().int().nonnegative()).min(1)).min(1).optional(),
  steps: z.number().int().positive().optional(),
  learningRate: z.number().positive().optional(),
  distillation: z.boolean().optional(),
  mutual: z.boolean().optional(),
  unlabelled: z.boolean().optional(),
});

/** The whole file; unknown fields are kept. */
export const classifierSchema = z
  .looseObject({
    version: z.literal(1, 'this file was written by a newer NanoNet; update it'),
    name: z.string(),
    labels: z.array(labelSchema),
    sources: z.array(sourceSchema),
    settings: settingsSchema.optional(),
  })
  .superRefine(({ labels }, context) => {
    for (const [at, { name, key }] of labels.entries()) {
      const before = labels.slice(0, at);
      const complaint = checkLabelName(
        name,
        before.map((label) => label.name),
      );
      if (complaint !== undefined)
        context.addIssue({ code: 'custom', path: ['labels', at], message: complaint });
      if (key !== undefined && before.some((label) => label.key === key)) {
        context.addIssue({
          code: 'custom',
          path: ['labels', at],
          message: `two labels have the key "${key}"`,
        });
      }
    }
  });

/** A label of the set. */
export type LabelDefinition = Readonly<z.infer<typeof labelSchema>>;
/** Where texts come from. Other kinds of source are added to the table in `sources/`. */
export type FilesSource = Readonly<z.infer<typeof sourceSchema>>;

/** One classifier: its name, labels in order, sources and settings. */
export interface Classifier {
  readonly version: 1;
  readonly name: string;
  readonly labels: readonly LabelDefinition[];
  readonly sources: readonly FilesSource[];
  readonly settings?: TrainSettings;
}
