/** Undo and redo, from the journal alone: any number of steps, also after a restart. */
import { isTextEdit, stepOf, type Edit, type LabelEntry, type SetEdit, type TextEdit } from './labelEntry';

/** Result of undo and redo over a journal's entries. */
export interface History {
  /** The edits that hold, in order. */
  readonly active: Edit[];
  /** What redo brings back, the next one last. */
  readonly undone: readonly Edit[];
}

/** @param entries in order (`inOrder`) */
export function replay(entries: readonly LabelEntry[]): History {
  const edits: Edit[] = [];
  const toggled = new Map<string, { readonly op: 'undo' | 'redo'; readonly at: number }>();
  let lastEdit = -1;
  for (const [at, entry] of entries.entries()) {
    if (entry.op === 'undo' || entry.op === 'redo') toggled.set(entry.of, { op: entry.op, at });
    else {
      edits.push(entry);
      lastEdit = at;
    }
  }
  const undoneAt = (edit: Edit): number => {
    const last = toggled.get(stepOf(edit));
    return last?.op === 'undo' ? last.at : -1;
  };
  return {
    active: edits.filter((edit) => undoneAt(edit) === -1),
    // A new edit ends what could be redone, as in every editor.
    undone: edits.filter((edit) => undoneAt(edit) > lastEdit).sort((a, b) => undoneAt(a) - undoneAt(b)),
  };
}

/** The edits that were one step with the last of these, in order; none of no edits. */
export function lastStep(edits: readonly Edit[]): readonly Edit[] {
  const last = edits.at(-1);
  return last === undefined ? [] : edits.filter((edit) => stepOf(edit) === stepOf(last));
}

/**
 * What is said about texts, in the words of today's label set: a label that was renamed or merged since has its new
 * name, and one that was deleted is taken away.
 */
export function inTodaysLabels(active: readonly Edit[]): TextEdit[] {
  const said: TextEdit[] = [];
  let today: ReadonlyMap<string, string | null> = new Map();
  for (const edit of active.toReversed()) {
    if (isTextEdit(edit)) said.push(renamed(edit, today));
    else today = before(edit, today);
  }
  return said.reverse();
}

function renamed(edit: TextEdit, today: ReadonlyMap<string, string | null>): TextEdit {
  if (edit.op !== 'label') return edit;
  const name = today.get(edit.label);
  if (name === undefined) return edit;
  if (name !== null) return { ...edit, label: name };
  return { ...edit, op: 'clear', label: undefined };
}

/** Today's names of the labels that there were before a change of the set. */
function before(
  { moved = {} }: SetEdit,
  after: ReadonlyMap<string, string | null>,
): ReadonlyMap<string, string | null> {
  const names = new Map(after);
  for (const [from, to] of Object.entries(moved)) {
    names.set(from, to === null ? null : after.has(to) ? (after.get(to) ?? null) : to);
  }
  return names;
}
