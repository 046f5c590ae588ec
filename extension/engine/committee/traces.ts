/** Everything that was said about each text, as a person reads it. */
import type { Proposal, Said, Trace, Verdict } from '../../protocol/committeeApi';
import { isAnswered } from '../learn/views/powers';
import type { Dataset } from '../learn/dataset';
import type { NearTexts } from './nearTexts';
import type { Heard, Settled } from './settle';

/** What is said in words beside the numbers. */
export interface Words {
  /** Of an outside agent's proposal and verdict, as it gave them. */
  readonly proposals: ReadonlyMap<string, ReadonlyMap<number, Proposal>>;
  readonly verdicts: ReadonlyMap<string, ReadonlyMap<number, Verdict>>;
  readonly reflections: ReadonlyMap<number, NonNullable<Trace['reflection']>>;
  /** Rules that fit a text. */
  readonly rules: (text: number) => readonly string[];
}

export function traceOf(
  text: number,
  { labels, places }: Dataset,
  { opinions, powers }: Pick<Heard, 'opinions' | 'powers'>,
  settled: Settled,
  { given }: NearTexts,
  words: Words,
): Trace {
  const classes = labels.length;
  const nameOf = (c: number): string => labels[c] ?? '';
  const best = (data: Float32Array): { label: string; confidence: number } => {
    const row = data.subarray(text * classes, (text + 1) * classes);
    const at = row.indexOf(Math.max(...row));
    return { label: nameOf(at), confidence: rounded(row[at] ?? 0) };
  };
  const evidenceOf = (agent: string): string => {
    const near = given[text];
    if (agent === 'neighbours' && near)
      return `the nearest text with a label is row ${places[near.text]?.row ?? 0}, cosine ${near.cosine.toFixed(2)}`;
    if (agent === 'rules') return words.rules(text).join(', ') || 'no rule fits';
    return evidence[agent] ?? '';
  };
  const proposals = opinions.flatMap(({ id, answers }): Said<Proposal>[] => {
    if (!isAnswered(answers, text)) return [];
    const said = words.proposals.get(id)?.get(text);
    return [{ agent: id, ...(said ?? { ...best(answers.data), evidence: evidenceOf(id) }) }];
  });
  const vote = best(settled.vote.data);
  const heard = opinions
    .map(({ id }, a) => ({ id, power: powers[a] ?? 0 }))
    .sort((a, b) => b.power - a.power)
    .map(({ id }) => id);
  const verdicts: Said<Verdict>[] = opinions.flatMap(({ id, answers }, a) => {
    const said = words.verdicts.get(id)?.get(text);
    if (said) return [{ agent: id, ...said }];
    if (!isAnswered(answers, text)) return [];
    const objects = settled.objections[text]?.includes(a) ?? false;
    const reason = objects ? `holds "${best(answers.data).label}" for likelier` : 'no errors';
    return [{ agent: id, objects, reason }];
  });
  if (settled.contradicted.has(text)) {
    const row = places[given[text]?.text ?? 0]?.row ?? 0;
    verdicts.push({
      agent: 'given labels',
      objects: true,
      reason: `row ${row} is nearly the same and has another label`,
    });
  }
  const kind = settled.kinds[text] ?? 'agreed';
  const final = best(settled.labels.data);
  const place = places[text];
  return {
    row: place?.row ?? 0,
    ...(place?.id !== undefined && { id: place.id }),
    proposals,
    vote: { ...vote, evidence: `heard most: ${heard.slice(0, 3).join(', ')}` },
    verdicts,
    ...(kind !== 'agreed' && {
      reflection: words.reflections.get(text) ?? {
        agent: 'reflector',
        kind,
        ...(kind !== 'abstain' && { label: final.label }),
        confidence: final.confidence,
        reason: 'the agents together with the labels of near texts',
      },
    }),
    label: kind === 'abstain' ? null : final.label,
    score: final.confidence,
  };
}

const evidence: Readonly<Record<string, string>> = {
  student: 'a network tuned to the given labels',
  meaning: 'the meaning of texts with this label',
  beginning: 'how texts with this label begin',
  words: 'words of texts with this label',
  names: "the meaning of the label's name and description",
  nameWords: "words of the label's name and description",
};

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
