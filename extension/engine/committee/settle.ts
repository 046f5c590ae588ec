/** How the committee comes to a label: the agents propose, the judges object, the reflector settles. */
import { argmaxRows, type Scores } from '../assess/metrics';
import { mostAlpha, type FirstLabels } from '../learn/firstLabels';
import { isAnswered, product } from '../learn/views/powers';
import type { NearTexts } from './nearTexts';

/** What is known of some texts before anybody speaks. */
export interface Heard {
  /** Of each agent, as sure as it is right: probabilities [texts, classes]; a row of zeros where it says nothing. */
  readonly opinions: readonly { readonly id: string; readonly answers: Scores }[];
  /** How far each is heard. */
  readonly powers: readonly number[];
  /** What the labels of near texts say: [texts, classes]; a row of zeros where nothing is near. */
  readonly near: Scores;
  /** How far near texts are believed, 0 to below 1. */
  readonly alpha: number;
  /** Of each text, the class of a text that is nearly the same and has a given label. */
  readonly duplicates: readonly (number | undefined)[];
}

export interface Settled {
  /** What the agents say together: probabilities [texts, classes]. */
  readonly vote: Scores;
  /** What stands in the end: the vote where nobody objected, else what the reflector made of it. */
  readonly labels: Scores;
  /** Of each text, the numbers of the agents that object to the vote. */
  readonly objections: readonly (readonly number[])[];
  /** Texts that nearly are one with another given label. */
  readonly contradicted: ReadonlySet<number>;
  readonly kinds: readonly ('agreed' | 'keep' | 'change' | 'abstain')[];
}

/** What agents and near texts say, as far as each is believed. */
export function heardOf(
  { opinions, powers, trust }: Pick<FirstLabels, 'opinions' | 'powers' | 'trust'>,
  near: Pick<NearTexts, 'labels' | 'duplicates'>,
): Heard {
  return { opinions, powers, near: near.labels, alpha: mostAlpha * trust, duplicates: near.duplicates };
}

/** A judge objects to a label that it holds another one for so many times as probable. */
const oddsToObject = 4;
/** What a reflector that is sure of everything is taken to be. */
const mostSure = 0.98;

/** Whether an agent objects to a class. @param row probabilities of one text */
export function objectsTo(row: Float32Array, proposed: number): boolean {
  return Math.max(...row) > oddsToObject * (row[proposed] ?? 0);
}

/**
 * @param price what abstaining is worth, 0 to 1: less sure than that, the reflector abstains
 * @param objected texts that somebody else objects to
 */
export function settle(heard: Heard, price: number, objected: ReadonlySet<number> = new Set()): Settled {
  const { opinions, powers, near, alpha, duplicates } = heard;
  const vote = product(
    opinions.map(({ answers }) => answers),
    powers,
  );
  const { classes } = vote;
  const proposed = argmaxRows(vote);
  const labels = vote.data.slice();
  const contradicted = new Set<number>();
  const kinds: Settled['kinds'][number][] = [];
  const objections = proposed.map((own, text) => {
    const rowOf = ({ data }: Scores): Float32Array => data.subarray(text * classes, (text + 1) * classes);
    const against = opinions.flatMap(({ answers }, a) => (objectsTo(rowOf(answers), own) ? [a] : []));
    const duplicate = duplicates[text];
    if (duplicate !== undefined && duplicate !== own) contradicted.add(text);
    if (against.length === 0 && !contradicted.has(text) && !objected.has(text)) {
      kinds.push('agreed');
      return against;
    }
    const settled = rowOf({ classes, data: labels });
    const share = isAnswered(near, text) ? alpha : 0;
    rowOf(vote).forEach((p, c) => (settled[c] = (1 - share) * p + share * (rowOf(near)[c] ?? 0)));
    if (duplicate !== undefined) settled.forEach((p, c) => (settled[c] = (p + Number(c === duplicate)) / 2));
    const best = settled.indexOf(Math.max(...settled));
    kinds.push((settled[best] ?? 0) < price ? 'abstain' : best === own ? 'keep' : 'change');
    return against;
  });
  return { vote, labels: { classes, data: labels }, objections, contradicted, kinds };
}

/** What an outside reflector settled goes before what was settled here: its label with its confidence, the rest as likely as before. */
export function withReflections(
  settled: Settled,
  reflections: ReadonlyMap<number, { readonly label: number | undefined; readonly confidence: number }>,
): Settled {
  const { classes } = settled.labels;
  const data = settled.labels.data.slice();
  const kinds = [...settled.kinds];
  const proposed = argmaxRows(settled.vote);
  for (const [text, { label, confidence }] of reflections) {
    kinds[text] = label === undefined ? 'abstain' : label === proposed[text] ? 'keep' : 'change';
    if (label === undefined) continue;
    const row = data.subarray(text * classes, (text + 1) * classes);
    const sure = Math.min(mostSure, Math.max(1 / classes, confidence));
    const rest = 1 - (row[label] ?? 0) || 1;
    row.forEach((p, c) => (row[c] = c === label ? sure : (p / rest) * (1 - sure)));
  }
  return { ...settled, labels: { classes, data }, kinds };
}
