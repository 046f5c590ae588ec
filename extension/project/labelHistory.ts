/** Undo and redo, from the journal alone: any number of steps, also after a restart. */
import type { LabelEdit, LabelEntry } from './labelEntry';

/** Result of undo and redo over a journal's entries. */
export interface History {
  /** The edits that hold, in order. */
  readonly active: readonly LabelEdit[];
  /** What redo brings back, the next one last. */
  readonly undone: readonly LabelEdit[];
}

/** @param entries in order (`inOrder`) */
export function replay(entries: readonly LabelEntry[]): History {
  const edits: LabelEdit[] = [];
  const toggled = new Map<string, { readonly op: 'undo' | 'redo'; readonly at: number }>();
  let lastEdit = -1;
  for (const [at, entry] of entries.entries()) {
    if (entry.op === 'label' || entry.op === 'clear') {
      edits.push(entry);
      lastEdit = at;
    } else toggled.set(entry.of, { op: entry.op, at });
  }
  const undoneAt = (edit: LabelEdit): number => {
    const last = toggled.get(edit.id);
    return last?.op === 'undo' ? last.at : -1;
  };
  return {
    active: edits.filter((edit) => undoneAt(edit) === -1),
    // A new edit ends what could be redone, as in every editor.
    undone: edits.filter((edit) => undoneAt(edit) > lastEdit).sort((a, b) => undoneAt(a) - undoneAt(b)),
  };
}
