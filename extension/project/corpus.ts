/** All texts that a classifier learns from or is asked about, with what the journal says of them. */
import { CancelledError } from '../protocol/appError';
import { readPaths } from '../sources/files';
import type { SourceText } from '../sources/source';
import { Breaths } from './breaths';
import type { Classifier } from './classifier';
import { classifierFile, relativePath, type ProjectProblem } from './classifierFile';
import { ordinaryLimits, readSources } from './corpusSources';
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
  /** Where the part begins in the file, from 1, when the file was read. */
  readonly line?: number;
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
  /** Set when the sources have more texts than fit into memory: which of them are left out. */
  readonly leftOut?: string;
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
  limits = ordinaryLimits,
): Promise<Corpus> {
  const { state } = journal;
  const { documents, problems, leftOut } = await readSources(root, classifier, limits, signal);
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
  for (const lost of gone.found) found.push(lost);
  for (const { text, edit } of found) {
    if (text.stale !== 'lost') continue;
    const reason = `the passage "${edit?.text.excerpt}" is no longer there; it is still learned from`;
    problems.push({ path: text.path, reason });
  }
  await breaths.breathe();
  const united = await unite(found, breaths);
  problems.push(...united.problems);
  const known = onlyKnownLabels(
    united.texts,
    classifier,
    relativePath(root, classifierFile(root, classifier.name)),
  );
  problems.push(...known.problems);
  return { texts: known.texts, problems: unique(problems), ...(leftOut !== undefined && { leftOut }) };
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
  const { path, part, line, text } = document;
  const place = { path, ...(part !== undefined && { part }), ...(line !== undefined && { line }) };
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
  if (!found.some(({ text }) => text.part !== undefined && text.stale === 'edited')) return;
  const kept = new Set(
    found.flatMap(({ text: { path, part, hash } }) => (part === undefined ? [] : `${path}\0${hash}`)),
  );
  for (const [at, { text, edit }] of found.entries()) {
    if (text.part === undefined || text.stale !== 'edited' || !edit) continue;
    const isKept = kept.has(`${text.path}\0${edit.text.hash}`);
    if (!isKept && likeness(excerptOf(text.text), edit.text.excerpt) >= leastAlike) continue;
    found[at] = { text: undecided(text) };
  }
}

/** A text alone, without what is said of it. */
function undecided({ id, path, part, line, range, text, hash }: CorpusText): CorpusText {
  const within = { ...(part !== undefined && { part }), ...(line !== undefined && { line }) };
  return { id, path, ...within, ...(range && { range }), text, hash };
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
  const passages = state.labelledPassages();
  const documents = state.labelledDocuments();
  const labelled = [...passages, ...documents];
  // Few are labelled, of many that are there.
  const places = new Set(labelled.map(({ text }) => placeName(text)));
  const hashes = new Set(labelled.map(({ text }) => text.hash));
  const held = new Set<LabelEdit>();
  if (labelled.length > 0) {
    for (const { text, edit } of found) {
      places.delete(placeName(text));
      hashes.delete(text.hash);
      if (edit) held.add(edit);
    }
  }
  // The place of a part may be another text's now.
  const isGone = (edit: LabelEdit): boolean =>
    edit.text.part === undefined ? places.has(placeName(edit.text)) : !held.has(edit);
  const missing = (edit: LabelEdit): boolean => isGone(edit) && hashes.has(edit.text.hash);
  const problems = documents.filter(missing).map(({ text, label }) => ({
    path: text.path,
    reason: `${text.part ?? 'it'} was labelled "${label}" and is no longer there; the journal keeps the label`,
  }));
  return { found: passages.filter(missing).flatMap(lostPassage), problems };
}

/** Equal texts become the first of them; where their labels differ, the newest counts. */
async function unite(
  found: readonly Found[],
  breaths: Breaths,
): Promise<{ texts: CorpusText[]; problems: ProjectProblem[] }> {
  const firsts = new Map<string, Found>();
  const groups = new Map<Found, [Found, ...Found[]]>();
  for (const next of found) {
    const first = firsts.get(next.text.hash);
    if (first === undefined) firsts.set(next.text.hash, next);
    else {
      const group = groups.get(first);
      if (group) group.push(next);
      else groups.set(first, [first, next]);
    }
    await breaths.breathe();
  }
  const problems: ProjectProblem[] = [];
  const texts = [...firsts.values()].map((one): CorpusText => {
    const first = one.text;
    const group = groups.get(one);
    if (!group) return first;
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
    return { ...undecided(first), label: newest.text.label };
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
    if (text.label === undefined || known.has(text.label)) return text;
    const { label, ...rest } = text;
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
