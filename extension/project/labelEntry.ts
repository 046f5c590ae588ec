/**
 * One line of the label journal: what is said about which text. The form is made to be read in a diff and
 * merged by git: a line stands alone, and its place in the file means nothing (see `inOrder`).
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { labelDefinitionSchema } from './classifier';

/** UTF-16 offsets into a document, end exclusive: what the editor counts in. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A document, a part of a file, or with `range` a passage of either, as the caller has it in hand. */
export interface TextTarget {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  /** Which part of the file is a text of its own: 'row 17'. The whole file without it. */
  readonly part?: string;
  /** The whole document or part, also when a passage is meant. */
  readonly text: string;
  readonly range?: TextRange;
}

const nonEmpty = z.string().check(z.minLength(1));
const offset = z.int().check(z.nonnegative());

/** Which text is meant: content hash plus place. With `quote` it is a passage. */
export const textPlaceSchema = z.looseObject({
  path: nonEmpty,
  part: z.optional(nonEmpty),
  /** For the reader of a diff. */
  excerpt: z.string(),
  /** `hashOf` the whole document or part when the label was given. */
  hash: nonEmpty,
  start: z.optional(offset),
  end: z.optional(offset),
  /** The passage itself with LF line ends, so that no edit of the document loses it. */
  quote: z.optional(z.string()),
  /** Up to `contextLength` characters before and after the passage; tells repeated quotes apart. */
  prefix: z.optional(z.string()),
  suffix: z.optional(z.string()),
});

export type TextPlace = z.infer<typeof textPlaceSchema>;

/** In every line: its name, its time, who said it (git's `user.name`), and the step that it is a part of. */
const common = {
  id: nonEmpty,
  at: z.iso.datetime(),
  by: z.optional(z.string()),
  /** Entries that came together, as when many texts are labelled at once, are undone together. */
  batch: z.optional(nonEmpty),
};
const aboutText = {
  ...common,
  text: textPlaceSchema,
  /** The entry that held before and that this one knows: what two people said unknown to each other is told by it. */
  replaces: z.optional(z.string()),
  /** Entries of others that were looked at and overruled. */
  settles: z.optional(z.array(z.string())),
};
/** `text` and `label` are for the reader of a diff; of a step of many, they are the first's. */
const toggle = {
  ...common,
  /** A step: the `batch` of its entries, else the id of its only one. */
  of: z.string(),
  label: z.optional(z.string()),
  text: z.optional(textPlaceSchema),
};

/** What a line may be. Unknown fields are kept; several labels a text will be `labels` beside `label`. */
export const labelEntrySchema = z.discriminatedUnion('op', [
  z.looseObject({ ...aboutText, op: z.literal('label'), label: nonEmpty }),
  z.looseObject({ ...aboutText, op: z.literal('clear') }),
  /** Looked at: none of the labels fits. */
  z.looseObject({ ...aboutText, op: z.literal('none') }),
  /** Put off. Says nothing about a text that has a label. */
  z.looseObject({ ...aboutText, op: z.literal('skip') }),
  /** What somebody wrote about a text; an empty one takes the note away. */
  z.looseObject({ ...aboutText, op: z.literal('note'), note: z.string() }),
  /** The label set was changed, and with it what was said before: see `labelSet.ts`. */
  z.looseObject({
    ...common,
    op: z.literal('set'),
    was: z.array(labelDefinitionSchema),
    now: z.array(labelDefinitionSchema),
    /** Old name -> new one, or null where the label was deleted. */
    moved: z.optional(z.record(z.string(), z.nullable(z.string()))),
  }),
  z.looseObject({ ...toggle, op: z.literal('undo') }),
  z.looseObject({ ...toggle, op: z.literal('redo') }),
]);

export type LabelEntry = z.infer<typeof labelEntrySchema>;
/** What is said about a text. */
export type TextEdit = Extract<LabelEntry, { op: 'label' | 'clear' | 'none' | 'skip' | 'note' }>;
/** What decides which label a text has. */
export type LabelEdit = Extract<TextEdit, { op: 'label' | 'clear' | 'none' }>;
/** A change of the label set. */
export type SetEdit = Extract<LabelEntry, { op: 'set' }>;
/** Undo and redo speak about these. */
export type Edit = TextEdit | SetEdit;

const anyEntrySchema = z.looseObject({ ...common, op: z.string() });
const knownOps: readonly string[] = labelEntrySchema.def.options.flatMap(
  ({ def }) => def.shape.op.def.values,
);

/** Whether a line that does not fit is of a newer version: it counts nothing here, and stays in the file. */
export function isOfNewerVersion(value: unknown): boolean {
  const { data } = anyEntrySchema.safeParse(value);
  return data !== undefined && !knownOps.includes(data.op);
}

/** Whether an entry says something about a text. */
export function isTextEdit(edit: Edit): edit is TextEdit {
  return edit.op !== 'set';
}

/** Whether an entry decides which label a text has. */
export function isLabelEdit(edit: Edit): edit is LabelEdit {
  return edit.op === 'label' || edit.op === 'clear' || edit.op === 'none';
}

/** The text that an entry speaks about; undefined for a change of the label set. */
export function placeIn(entry: LabelEntry): TextPlace | undefined {
  return entry.op === 'set' ? undefined : entry.text;
}

/** The step that an edit is a part of. */
export function stepOf(edit: Edit): string {
  return edit.batch ?? edit.id;
}

const excerptLength = 80;
const contextLength = 24;

/** Line ends differ between machines for one and the same text (git's autocrlf): LF is what counts. */
export function withUnixLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** The content's name: sha256 of the text as UTF-8 with LF line ends and no BOM, first 16 hex digits. */
export function hashOf(text: string): string {
  const plain = withUnixLines(text.startsWith('\ufeff') ? text.slice(1) : text);
  return createHash('sha256').update(plain, 'utf8').digest('hex').slice(0, 16);
}

/** The first 80 characters on one line. */
export function excerptOf(text: string): string {
  const line = text.slice(0, 1000).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= excerptLength ? line : `${characters.slice(0, excerptLength - 1).join('')}…`;
}

/** The name of a document or part, unique in the workspace: 'a/b.txt', 'a/b.csv#row 17'. */
export function placeName({ path, part }: Pick<TextTarget, 'path'> & { part?: string | undefined }): string {
  return part === undefined ? path : `${path}#${part}`;
}

/** What the journal writes about a document, part or passage. */
export function placeOf(target: TextTarget): TextPlace {
  const { path, part, text, range } = target;
  const file = { path, ...(part !== undefined && { part }) };
  if (!range) return { ...file, excerpt: excerptOf(text), hash: hashOf(text) };
  const quote = withUnixLines(text.slice(range.start, range.end));
  return {
    ...file,
    excerpt: excerptOf(quote),
    hash: hashOf(text),
    start: range.start,
    end: range.end,
    quote,
    prefix: withUnixLines(text.slice(Math.max(0, range.start - contextLength), range.start)),
    suffix: withUnixLines(text.slice(range.end, range.end + contextLength)),
  };
}

/** True for a passage. */
export function isPassage(place: TextPlace): place is TextPlace & TextRange & { quote: string } {
  return place.quote !== undefined && place.start !== undefined && place.end !== undefined;
}

/** One line of the journal, with its line end. What a reader of a diff looks for comes first. */
export function lineOf(entry: LabelEntry): string {
  const { id, at, op, ...rest } = entry;
  const { text, ...said } = { text: undefined, ...rest };
  return `${JSON.stringify({ at, op, ...said, text, id })}\n`;
}

/** By time, then id: `at` never goes back within one journal (see `LabelJournal`). */
function compare(a: LabelEntry, b: LabelEntry): number {
  const earlier = Date.parse(a.at) - Date.parse(b.at);
  if (earlier !== 0) return earlier;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  const [lineA, lineB] = [lineOf(a), lineOf(b)];
  return lineA === lineB ? 0 : lineA < lineB ? -1 : 1;
}

/**
 * Entries in the order in which they were said: the same for every order of the same lines, so that a
 * merge gives one state whoever merges. A line that a merge left twice is taken once.
 */
export function inOrder(entries: readonly LabelEntry[]): LabelEntry[] {
  const sorted = [...entries].sort(compare);
  return sorted.filter((entry, at) => {
    const before = sorted[at - 1];
    return before === undefined || compare(before, entry) !== 0;
  });
}
