/**
 * Labels as JSON Lines, to be read by other programs and taken in again: one row a text that something is said about, in
 * the order in which it was said. With `text` and `label` a row is one that `nanonet train` learns from.
 */
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import {
  isLabelEdit,
  isPassage,
  placeName,
  textPlaceSchema,
  type TextEdit,
  type TextPlace,
} from './labelEntry';
import type { Adopted, LabelJournal, Said } from './labelJournal';

const rowSchema = z.looseObject({
  /** The content; missing where the file is no longer there. */
  text: z.optional(z.string()),
  label: z.optional(z.string().check(z.minLength(1))),
  /** `open`: a label was taken away. */
  decision: z.enum(['label', 'none', 'skipped', 'open']),
  note: z.optional(z.string()),
  place: textPlaceSchema,
  at: z.iso.datetime(),
  by: z.optional(z.string()),
});

/** What is said about one text. */
export type LabelRow = z.infer<typeof rowSchema>;

/** Everything that is said about one place. */
interface About {
  decided?: TextEdit;
  skipped?: TextEdit;
  note?: TextEdit & { op: 'note' };
}

/**
 * What a journal says now, undone and overruled words left out.
 *
 * @param textOf the content of a place, where it is still there
 */
export function labelRows(
  journal: Pick<LabelJournal, 'said' | 'state'>,
  textOf: (place: TextPlace) => string | undefined = () => undefined,
): LabelRow[] {
  const passages = new Set(journal.state.labelledPassages().map(({ id }) => id));
  const abouts = new Map<string, About>();
  for (const edit of journal.said) {
    const { text } = edit;
    if (isPassage(text) && !passages.has(edit.id)) continue;
    const key = isPassage(text) ? edit.id : `${placeName(text)}\0${text.hash}`;
    const about = abouts.get(key) ?? {};
    if (isLabelEdit(edit)) {
      about.decided = edit;
      abouts.delete(key); // the order is that of what decides
    } else if (edit.op === 'note') about.note = edit;
    else about.skipped = edit;
    abouts.set(key, about);
  }
  return [...abouts.values()].flatMap((about) => rowsOf(about, textOf));
}

/** One JSON line. */
export function rowLine(row: LabelRow): string {
  return `${JSON.stringify(row)}\n`;
}

/** @throws AppError('labels/not-read') with the line and what is wrong with it */
export function parseRow(line: string, number: number): LabelRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new AppError('labels/not-read', `Line ${number} is not JSON; mend it and import again.`, {
      cause: error,
    });
  }
  const { success, data, error } = rowSchema.safeParse(value);
  const issue = error?.issues[0];
  if (success && (data.decision === 'label') === (data.label !== undefined)) return data;
  const wrong = issue ? `"${issue.path.join('.')}": ${issue.message}` : '"label" and "decision" differ';
  throw new AppError('labels/not-read', `Line ${number} is no exported label: ${wrong}.`);
}

/** Takes rows in as one step, which one undo takes back. @throws AppError('journal/not-saved') */
export function importRows(journal: LabelJournal, rows: readonly LabelRow[]): Promise<void> {
  return journal.adopt(rows.flatMap(sayingsOf));
}

function rowsOf(
  { decided, skipped, note }: About,
  textOf: (place: TextPlace) => string | undefined,
): LabelRow[] {
  const main = decided ?? skipped ?? note;
  if (main === undefined) return [];
  // A text that was put off first and decided then is decided.
  const isBoth = decided?.op === 'clear' && skipped !== undefined;
  const text = textOf(main.text);
  const row: LabelRow = {
    ...(text !== undefined && { text }),
    ...(decided?.op === 'label' && { label: decided.label }),
    decision: isBoth ? 'skipped' : decisionOf(decided ?? skipped),
    ...(note && { note: note.note }),
    place: main.text,
    at: typeof main['givenAt'] === 'string' ? main['givenAt'] : main.at,
    ...(main.by !== undefined && { by: main.by }),
  };
  return [row];
}

function decisionOf(edit: TextEdit | undefined): LabelRow['decision'] {
  switch (edit?.op) {
    case 'label':
    case 'none':
      return edit.op;
    case 'skip':
      return 'skipped';
    default:
      return 'open';
  }
}

function sayingsOf({ decision, label, note, place, at, by }: LabelRow): Adopted[] {
  const said: Said[] = [];
  if (label !== undefined) said.push({ op: 'label', label });
  else if (decision === 'none') said.push({ op: 'none' });
  else if (decision === 'skipped') said.push({ op: 'skip' });
  else said.push({ op: 'clear' });
  if (note !== undefined) said.push({ op: 'note', note });
  return said.map((one) => ({ place, said: one, by, givenAt: at }));
}
