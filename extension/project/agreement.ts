/**
 * Where people who labelled the same texts agree. Two labels were given unknown to each other when neither entry replaces
 * the other, directly or through others: a merge by git brings them together. Chance-corrected by Cohen's kappa (1960).
 */
import { isLabelEdit, isPassage, type LabelEdit, type TextEdit } from './labelEntry';

/** One side of a disagreement. */
export interface Side {
  readonly by: string;
  readonly label: string;
  readonly edit: LabelEdit;
}

/** Labels that two or more people gave to one text, unknown to each other, and that differ. */
export interface Disagreement {
  readonly path: string;
  readonly hash: string;
  readonly excerpt: string;
  /** In the order in which they were said; the last one counts for now. */
  readonly sides: readonly [Side, Side, ...Side[]];
}

/** Two people on the texts that both labelled unknown to each other. */
export interface PairAgreement {
  readonly a: string;
  readonly b: string;
  readonly texts: number;
  /** -1 to 1; 1 where both gave one label to all. */
  readonly kappa: number;
}

export interface Agreement {
  readonly disagreements: readonly Disagreement[];
  readonly pairs: readonly PairAgreement[];
}

/** What counts as an answer where none of the labels fits. */
export const noneFits = '';

/** @param said what holds, in order and in today's labels */
export function agreementOf(said: readonly TextEdit[]): Agreement {
  if (new Set(said.map(({ by }) => by)).size < 2) return { disagreements: [], pairs: [] };
  const byText = new Map<string, LabelEdit[]>();
  for (const edit of said) {
    if (!isLabelEdit(edit) || edit.by === undefined || isPassage(edit.text)) continue;
    const edits = byText.get(edit.text.hash) ?? [];
    edits.push(edit);
    byText.set(edit.text.hash, edits);
  }
  const disagreements: Disagreement[] = [];
  const answers = new Map<string, [string, string][]>();
  for (const edits of byText.values()) {
    if (new Set(edits.map(({ by }) => by)).size < 2) continue;
    collect(answers, ownAnswers(edits));
    const [first, second, ...others] = openSides(edits);
    if (!first || !second || new Set([first, second, ...others].map(({ label }) => label)).size < 2) continue;
    const { path, hash, excerpt } = second.edit.text;
    disagreements.push({ path, hash, excerpt, sides: [first, second, ...others] });
  }
  const pairs = [...answers].map(([key, both]): PairAgreement => {
    const [a = '', b = ''] = key.split('\0');
    return { a, b, texts: both.length, kappa: cohensKappa(both) };
  });
  return { disagreements, pairs };
}

/**
 * Agreement of two raters beyond what their label shares alone would give.
 *
 * @param answers of both, a pair for each text
 */
export function cohensKappa(answers: readonly (readonly [string, string])[]): number {
  const { length } = answers;
  if (length === 0) return 0;
  const shares = (rater: 0 | 1): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const pair of answers) counts.set(pair[rater], (counts.get(pair[rater]) ?? 0) + 1 / length);
    return counts;
  };
  const observed = answers.filter(([a, b]) => a === b).length / length;
  const ofB = shares(1);
  const expected = [...shares(0)].reduce((sum, [label, share]) => sum + share * (ofB.get(label) ?? 0), 0);
  return expected === 1 ? 1 : (observed - expected) / (1 - expected);
}

/** What each person said before knowing of another's word: the last such label. */
function ownAnswers(edits: readonly LabelEdit[]): Map<string, string> {
  const byId = new Map(edits.map((edit) => [edit.id, edit]));
  const own = new Map<string, string>();
  for (const edit of edits) {
    const { by = '', settles = [], op } = edit;
    const known = ancestors(edit, byId).some((before) => before.by !== by);
    if (!known && settles.length === 0 && op !== 'clear') own.set(by, op === 'label' ? edit.label : noneFits);
  }
  return own;
}

/** The words that no later word knew of, each person's last. */
function openSides(edits: readonly LabelEdit[]): Side[] {
  const byId = new Map(edits.map((edit) => [edit.id, edit]));
  const known = new Set<string>();
  for (const edit of edits) {
    for (const id of edit.settles ?? []) known.add(id);
    for (const { id } of ancestors(edit, byId)) known.add(id);
  }
  return edits.flatMap((edit): Side[] => {
    if (known.has(edit.id) || edit.op === 'clear') return [];
    return [{ by: edit.by ?? '', label: edit.op === 'label' ? edit.label : noneFits, edit }];
  });
}

/** Everything that an entry replaces, directly or through others. */
function ancestors(edit: LabelEdit, byId: ReadonlyMap<string, LabelEdit>): LabelEdit[] {
  const found: LabelEdit[] = [];
  let { replaces } = edit;
  while (replaces !== undefined) {
    const before = byId.get(replaces);
    if (before === undefined || found.includes(before)) break;
    found.push(before);
    replaces = before.replaces;
  }
  return found;
}

function collect(answers: Map<string, [string, string][]>, own: ReadonlyMap<string, string>): void {
  const people = [...own.keys()].sort();
  for (const [at, a] of people.entries()) {
    for (const b of people.slice(at + 1)) {
      const both = answers.get(`${a}\0${b}`) ?? [];
      both.push([own.get(a) ?? noneFits, own.get(b) ?? noneFits]);
      answers.set(`${a}\0${b}`, both);
    }
  }
}
