/** All texts that a classifier learns from or is asked about, with what the journal says of them. */
import { CancelledError } from '../protocol/appError';
import { readPaths } from '../sources/files';
import type { SourceText } from '../sources/source';
import { readSource } from '../sources/sources';
import { Breaths } from './breaths';
import type { Classifier } from './classifier';
import { classifierFile, relativePath, type ProjectProblem } from './classifierFile';
import { excerptOf, hashOf, isPassage, placeName, type LabelEdit, type TextRange } from './labelEntry';
import type { LabelJournal } from './labelJournal';
import type { LabelState } from './labelState';
import { likeness } from './likeness';

/** One text: a document, a part of a file, or a labelled passage of either. */
export interface CorpusText {
  /** `placeName`; for a passage with its range: 'a/b.txt#10-25'. */
  readonly id: string;
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  /** Set for a part of a file that is a text of its own: 'row 17'. */
  readonly part?: string;
  /** Set for a passage. */
  readonly range?: TextRange;
  readonly text: string;
  /** `hashOf(text)`. */
  readonly hash: string;
  readonly label?: string;
  /** Somebody has looked at it: it is none of the labels. */
  readonly noneFits?: true;
  /** The document has changed since it was labelled; or the passage is no longer in its document. */
  readonly stale?: 'edited' | 'lost';
  /** Where the same text was when it was labelled. */
  readonly movedFrom?: string;
}

/** The texts in the order of their paths and ranges, equal ones once. */
export interface Corpus {
  readonly texts: readonly CorpusText[];
  readonly problems: readonly ProjectProblem[];
}

/** As much of a corpus as counting needs; its contents need not be in memory. */
export interface LabelledTexts {
  readonly texts: readonly Pick<CorpusText, 'label' | 'noneFits'>[];
}

/** An edited paragraph is more like what it was than another one is: of those, 99 of 100 stay below. */
const leastAlike = 0.5;

/** A text with the edit that labelled it; later edits win. */
interface Found {
  readonly text: CorpusText;
  readonly edit?: LabelEdit;
}

/**
 * Reads the sources, and every labelled document beside them. A labelled passage is a text of its own; its
 * document stays a text too, unlabelled unless it has a label itself.
 *
 * @param root the workspace folder
 * @throws AppError('sources/...'), CancelledError
 */
export async function readCorpus(
  root: string,
  classifier: Classifier,
  journal: Pick<LabelJournal, 'state'>,
  signal?: AbortSignal,
): Promise<Corpus> {
  const { state } = journal;
  const documents = new Map<string, SourceText>();
  const problems: ProjectProblem[] = [];
  for (const source of classifier.sources) {
    const content = await readSource(root, source, signal);
    for (const text of content.texts) documents.set(placeName(text), text);
    for (const problem of content.problems) problems.push(problem);
  }
  const beside = state.labelledPaths().filter((path) => !documents.has(path));
  for (const text of (await readPaths(root, beside, signal)).texts) documents.set(text.path, text);
  CancelledError.throwIf(signal);

  const breaths = new Breaths(signal);
  const found: Found[] = [];
  for (const document of [...documents.values()].sort(byPath)) {
    found.push(...textsOf(document, state));
    await breaths.breathe();
  }
  takeBackMoved(found);
  const gone = withoutDocument(found, state);
  problems.push(...gone.problems);
  const all = [...found, ...gone.found];
  for (const { text, edit } of all) {
    if (text.stale !== 'lost') continue;
    const reason = `the passage "${edit?.text.excerpt}" is no longer there; it is still learned from`;
    problems.push({ path: text.path, reason });
  }
  const united = unite(all);
  problems.push(...united.problems);
  const known = onlyKnownLabels(
    united.texts,
    classifier,
    relativePath(root, classifierFile(root, classifier.name)),
  );
  problems.push(...known.problems);
  return { texts: known.texts, problems: unique(problems) };
}

/** Labelled texts by label, in the classifier's order. */
export function labelCounts(
  corpus: LabelledTexts,
  classifier: Classifier,
): { label: string; count: number }[] {
  return classifier.labels.map(({ name }) => ({
    label: name,
    count: corpus.texts.filter(({ label }) => label === name).length,
  }));
}

/** Number of texts that may have a label and have none. */
export function unlabelledCount(corpus: LabelledTexts): number {
  return corpus.texts.filter(({ label, noneFits }) => label === undefined && !noneFits).length;
}

function byPath(a: SourceText, b: SourceText): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** A document and its labelled passages. */
function textsOf(document: SourceText, state: LabelState): Found[] {
  const { path, part, text } = document;
  const place = { path, ...(part !== undefined && { part }) };
  const id = placeName(document);
  const hash = hashOf(text);
  const label = state.documentLabel(path, hash, part);
  const whole: CorpusText = {
    id,
    ...place,
    text,
    hash,
    ...(label && { label: label.label }),
    ...(state.decisionOn({ ...place, hash }) === 'none' && { noneFits: true }),
    ...(label?.stale && { stale: label.stale }),
    ...(label?.movedFrom !== undefined && { movedFrom: label.movedFrom }),
  };
  const { found, lost } = state.passages(path, text, hash, part);
  const passages = found.map(({ range, label: name, edit, movedFrom }): Found => {
    const quote = text.slice(range.start, range.end);
    const moved = movedFrom === undefined ? {} : { movedFrom };
    const passage = { id: `${id}#${range.start}-${range.end}`, ...place, range, text: quote };
    return { edit, text: { ...passage, hash: hashOf(quote), label: name, ...moved } };
  });
  return [{ text: whole, ...(label && { edit: label.edit }) }, ...passages, ...lost.flatMap(lostPassage)];
}

/**
 * A part's label goes with its text: when the labelled text is elsewhere in the file now (a row was inserted above), or
 * what stands in its place is not like it (it was deleted, and the next one has moved up), that was never labelled.
 */
function takeBackMoved(found: Found[]): void {
  const kept = new Set(
    found.flatMap(({ text: { path, part, hash } }) => (part === undefined ? [] : `${path}\0${hash}`)),
  );
  for (const [at, { text, edit }] of found.entries()) {
    if (text.part === undefined || text.stale !== 'edited' || !edit) continue;
    const isKept = kept.has(`${text.path}\0${edit.text.hash}`);
    if (!isKept && likeness(excerptOf(text.text), edit.text.excerpt) >= leastAlike) continue;
    const { id, path, part, hash } = text;
    found[at] = { text: { id, path, part, text: text.text, hash } };
  }
}

/** A passage whose place is gone still is a text with a label: its quote was kept for that. */
function lostPassage(edit: LabelEdit): Found[] {
  const { text: place } = edit;
  if (edit.op !== 'label' || !isPassage(place)) return [];
  const { path, part, quote } = place;
  const at = { id: `${placeName(place)}#lost-${edit.id}`, path, ...(part !== undefined && { part }) };
  return [{ edit, text: { ...at, text: quote, hash: hashOf(quote), label: edit.label, stale: 'lost' } }];
}

/** Labels of documents and parts that are no longer there, and whose text is nowhere else. */
function withoutDocument(
  found: readonly Found[],
  state: LabelState,
): { found: Found[]; problems: ProjectProblem[] } {
  const places = new Set(found.map(({ text }) => placeName(text)));
  const hashes = new Set(found.map(({ text }) => text.hash));
  const held = new Set(found.map(({ edit }) => edit));
  // The place of a part may be another text's now.
  const isThere = (edit: LabelEdit): boolean =>
    edit.text.part === undefined ? places.has(placeName(edit.text)) : held.has(edit);
  const missing = (edit: LabelEdit): boolean => !isThere(edit) && !hashes.has(edit.text.hash);
  const passages = state.labelledPassages().filter(missing);
  const problems = state
    .labelledDocuments()
    .filter(missing)
    .map(({ text, label }) => ({
      path: text.path,
      reason: `${text.part ?? 'it'} was labelled "${label}" and is no longer there; the journal keeps the label`,
    }));
  return { found: passages.flatMap(lostPassage), problems };
}

/** Equal texts become the first of them; where their labels differ, the newest counts. */
function unite(found: readonly Found[]): { texts: CorpusText[]; problems: ProjectProblem[] } {
  const groups = new Map<string, [Found, ...Found[]]>();
  for (const next of found) {
    const group = groups.get(next.text.hash);
    if (group) group.push(next);
    else groups.set(next.text.hash, [next]);
  }
  const problems: ProjectProblem[] = [];
  const texts = [...groups.values()].map((group): CorpusText => {
    const first = group[0].text;
    const newest = group.reduce((a, b) => (isNewer(b.edit, a.edit) ? b : a));
    for (const { text } of group) {
      if (text.label === undefined || text.label === newest.text.label) continue;
      const other = `${newest.text.id} with the label "${newest.text.label}"`;
      problems.push({
        path: text.path,
        reason: `the same text is labelled "${text.label}" here and is in ${other}; the newer label counts`,
      });
    }
    if (newest.text === first || newest.text.label === undefined) return first;
    const { id, path, part, range, text, hash } = first;
    const place = { id, path, ...(part !== undefined && { part }), ...(range && { range }) };
    return { ...place, text, hash, label: newest.text.label };
  });
  return { texts, problems };
}

function isNewer(a: LabelEdit | undefined, b: LabelEdit | undefined): boolean {
  if (!a || !b) return a !== undefined;
  return a.at === b.at ? a.id > b.id : a.at > b.at;
}

/** Takes away labels that the classifier does not have (any more): the journal keeps them. */
function onlyKnownLabels(
  texts: readonly CorpusText[],
  classifier: Classifier,
  file: string,
): { texts: CorpusText[]; problems: ProjectProblem[] } {
  const known = new Set(classifier.labels.map(({ name }) => name));
  const unknown = new Map<string, number>();
  const kept = texts.map((text) => {
    const { label, ...rest } = text;
    if (label === undefined || known.has(label)) return text;
    unknown.set(label, (unknown.get(label) ?? 0) + 1);
    return rest;
  });
  const problems = [...unknown].map(([label, count]) => ({
    path: file,
    reason: `${count} labelled ${count === 1 ? 'text has' : 'texts have'} the label "${label}", which is not in the label set; add it to learn from ${count === 1 ? 'it' : 'them'}`,
  }));
  return { texts: kept, problems };
}

/** Sources may overlap, and then say the same twice. */
function unique(problems: readonly ProjectProblem[]): ProjectProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
