/** What the journal says now: the label of each document and passage, and why it is that one. */
import type { Decision } from '../protocol/labelPanelApi';
import {
  hashOf,
  isLabelEdit,
  isPassage,
  placeName,
  withUnixLines,
  type LabelEdit,
  type TextEdit,
  type TextRange,
} from './labelEntry';
import { anchorPassages, type PassageHint } from './passageAnchor';

/** A document's label with the reason why it has it. */
export interface DocumentLabel {
  readonly label: string;
  readonly edit: LabelEdit;
  /** The document has changed since; it keeps its label because it is in the same place. */
  readonly stale?: 'edited';
  /** The same text was labelled at this other place (`placeName`); it keeps its label because the text is the same. */
  readonly movedFrom?: string;
}

/** A labelled passage where it is now. */
export interface PassageLabel {
  readonly range: TextRange;
  readonly label: string;
  readonly edit: LabelEdit;
  readonly movedFrom?: string;
}

/** Where a text is and what it is: as much of it as a state needs. */
export interface TextIdentity {
  readonly path: string;
  readonly part?: string | undefined;
  readonly hash: string;
}

/** Grows with what is said; a new one is made when something is taken back or the label set changes. */
export class LabelState {
  private readonly documentsByPlace = new Map<string, LabelEdit[]>();
  private readonly documentByHash = new Map<string, LabelEdit>();
  private readonly passagesByPlace = new Map<string, LabelEdit[]>();
  private readonly passagesByHash = new Map<string, LabelEdit[]>();
  /** Edit id -> name of the passage that it and its successors speak about. */
  private readonly passageOf = new Map<string, string>();

  private readonly order = new Map<LabelEdit, number>();
  /** Hashes of the documents that were put off. */
  private readonly putOff = new Set<string>();
  /** By path and by hash. */
  private readonly notes = new Map<string, string>();
  private readonly taken: TextEdit[] = [];
  private counted: ReturnType<LabelState['counts']> | undefined;

  /** @param active the edits that hold, in order and in today's labels (`inTodaysLabels`) */
  constructor(active: readonly TextEdit[]) {
    this.take(active);
  }

  /** All that it is made of: whoever has looked at the first of them finds what came since in the others. */
  get edits(): readonly TextEdit[] {
    return this.taken;
  }

  /** What was said after everything else: its cost does not grow with what was said before. */
  take(more: readonly TextEdit[]): void {
    this.counted = undefined;
    for (const edit of more) {
      this.taken.push(edit);
      const { text } = edit;
      if (edit.op === 'skip') this.putOff.add(text.hash);
      if (edit.op === 'note') for (const key of [placeKey(text), text.hash]) this.notes.set(key, edit.note);
      if (!isLabelEdit(edit)) continue;
      this.order.set(edit, this.order.size);
      if (isPassage(text)) {
        push(this.passagesByPlace, placeKey(text), edit);
        push(this.passagesByHash, text.hash, edit);
        const place = `${placeKey(text)}\0${text.hash}\0${text.start}-${text.end}`;
        const before = edit.replaces === undefined ? undefined : this.passageOf.get(edit.replaces);
        this.passageOf.set(edit.id, before ?? place);
      } else {
        push(this.documentsByPlace, placeKey(text), edit);
        this.documentByHash.set(text.hash, edit);
      }
    }
  }

  /**
   * The label of a document or part. Reasons, in this order: the last word at this place when this very text
   * was labelled here; the last word about the same text elsewhere (moved or copied, as rows are when one is
   * inserted above); the last word at this place (edited).
   *
   * @param hash `hashOf` its text; without it, the last word at that place
   * @param part which part of the file; the whole file without it
   */
  documentLabel(path: string, hash?: string, part?: string): DocumentLabel | undefined {
    const edit = this.documentEdit(path, hash, part);
    if (edit?.op !== 'label') return undefined;
    const isHere = placeKey(edit.text) === placeKey({ path, part });
    const edited = isHere && hash !== undefined && edit.text.hash !== hash;
    return {
      label: edit.label,
      edit,
      ...(edited && { stale: 'edited' as const }),
      ...(!isHere && { movedFrom: placeName(edit.text) }),
    };
  }

  /** The word that decides about a document or part, found in the order that `documentLabel` tells. */
  documentEdit(path: string, hash?: string, part?: string): LabelEdit | undefined {
    const here = this.documentsByPlace.get(placeKey({ path, part })) ?? [];
    const wasHere = hash === undefined || here.some((edit) => edit.text.hash === hash);
    const elsewhere = hash === undefined ? undefined : this.documentByHash.get(hash);
    return wasHere ? here.at(-1) : (elsewhere ?? here.at(-1));
  }

  /**
   * What was decided about a text; undefined where it is still open. A part of a file that has another text now is
   * another part: rows move.
   */
  decisionOn({ path, part, hash }: TextIdentity): Decision | undefined {
    const edit = this.documentEdit(path, hash, part);
    const isThis = part === undefined || edit?.text.hash === hash;
    if (isThis && (edit?.op === 'label' || edit?.op === 'none')) return edit.op;
    return this.putOff.has(hash) ? 'skip' : undefined;
  }

  /** The label of a text that a decision gave it. */
  labelOf(text: TextIdentity): string | undefined {
    const { path, part, hash } = text;
    return this.decisionOn(text) === 'label' ? this.documentLabel(path, hash, part)?.label : undefined;
  }

  /** The note on a text, which follows it; '' without one. */
  noteOn(text: TextIdentity): string {
    return this.notes.get(text.hash) ?? this.notes.get(placeKey(text)) ?? '';
  }

  /**
   * The labelled passages of a document as it is now, by place.
   *
   * @param text the whole document or part
   * @returns `lost`: labelled passages whose quote is no longer in the text; the journal keeps them
   */
  passages(
    path: string,
    text: string,
    hash = hashOf(text),
    part?: string,
  ): { found: PassageLabel[]; lost: LabelEdit[] } {
    const key = placeKey({ path, part });
    const isHere = (edit: LabelEdit): boolean => placeKey(edit.text) === key;
    const elsewhere = (this.passagesByHash.get(hash) ?? []).filter((edit) => !isHere(edit));
    const here = this.passagesByPlace.get(key) ?? [];
    const edits = this.newest([...elsewhere, ...here]);
    const rangeOf = anchor(text, hash, edits);
    const atRange = new Map<string, { range: TextRange; edit: LabelEdit }>();
    const lost: LabelEdit[] = [];
    for (const edit of edits) {
      const range = rangeOf.get(edit);
      if (range) atRange.set(`${range.start}-${range.end}`, { range, edit });
      else if (edit.op === 'label' && isHere(edit)) lost.push(edit);
    }
    const found = [...atRange.values()].flatMap(({ range, edit }): PassageLabel[] => {
      if (edit.op !== 'label') return [];
      const moved = !isHere(edit);
      return [{ range, label: edit.label, edit, ...(moved && { movedFrom: placeName(edit.text) }) }];
    });
    found.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
    return { found, lost };
  }

  /** The newest word about each passage, where it is a label. */
  labelledPassages(): (LabelEdit & { op: 'label' })[] {
    const all = [...this.passagesByPlace.values()].flat();
    return this.newest(all).filter((edit) => edit.op === 'label');
  }

  /** The newest word about each document and part, where it is a label. */
  labelledDocuments(): (LabelEdit & { op: 'label' })[] {
    const last = [...this.documentsByPlace.values()].map((edits) => edits[edits.length - 1]);
    return last.filter((edit) => edit?.op === 'label');
  }

  /** Paths of whole documents that have, or whose passages have, a label; files labelled by part are not. Sorted. */
  labelledPaths(): string[] {
    const edits = [...this.labelledDocuments(), ...this.labelledPassages()];
    const whole = edits.filter(({ text }) => text.part === undefined);
    return [...new Set(whole.map(({ text }) => text.path))].sort();
  }

  /**
   * How many texts have each label, from the journal alone: fast, and right as long as no file was deleted
   * or edited outside of the editor (`readCorpus` counts what is there). Equal documents count once.
   */
  counts(): ReadonlyMap<string, { readonly documents: number; readonly passages: number }> {
    this.counted ??= this.count();
    return this.counted;
  }

  private count(): Map<string, { documents: number; passages: number }> {
    const counts = new Map<string, { documents: number; passages: number }>();
    const count = (label: string, kind: 'documents' | 'passages'): void => {
      const entry = counts.get(label) ?? { documents: 0, passages: 0 };
      entry[kind] += 1;
      counts.set(label, entry);
    };
    const byHash = new Map(this.labelledDocuments().map((edit) => [edit.text.hash, edit]));
    for (const edit of byHash.values()) count(edit.label, 'documents');
    for (const edit of this.labelledPassages()) count(edit.label, 'passages');
    return counts;
  }

  /** The newest edit about each passage, in order. */
  private newest(edits: readonly LabelEdit[]): LabelEdit[] {
    const orderOf = (edit: LabelEdit): number => this.order.get(edit) ?? 0;
    const sorted = [...edits].sort((a, b) => orderOf(a) - orderOf(b));
    const last = new Map(sorted.map((edit) => [this.passageOf.get(edit.id) ?? edit.id, edit]));
    return sorted.filter((edit) => last.get(this.passageOf.get(edit.id) ?? edit.id) === edit);
  }
}

/** Where each passage is now. Passages of this very text are where they were. */
function anchor(text: string, hash: string, edits: readonly LabelEdit[]): Map<LabelEdit, TextRange> {
  const ranges = new Map<LabelEdit, TextRange>();
  const groups = new Map<string, { edit: LabelEdit; hint: PassageHint }[]>();
  for (const edit of edits) {
    const { text: place } = edit;
    if (!isPassage(place)) continue;
    const { start, end, quote } = place;
    // The hash takes CRLF for LF, so that the offsets still have to be looked at.
    const same = place.hash === hash && withUnixLines(text.slice(start, end)) === quote;
    if (same) ranges.set(edit, { start, end });
    else push(groups, `${placeKey(place)}\0${place.hash}\0${quote}`, { edit, hint: place });
  }
  for (const group of groups.values()) {
    group.sort((a, b) => a.hint.start - b.hint.start);
    const found = anchorPassages(
      text,
      group.map(({ hint }) => hint),
    );
    for (const [at, { edit }] of group.entries()) {
      const range = found[at];
      if (range) ranges.set(edit, range);
    }
  }
  return ranges;
}

/** A path never has a NUL, so that no part of one file is taken for another file. */
function placeKey({ path, part }: Pick<TextIdentity, 'path' | 'part'>): string {
  return part === undefined ? path : `${path}\0${part}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
