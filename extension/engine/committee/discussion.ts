/** All texts at the committee's table: who says what, and what is settled. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { CommitteeParams, CommitteeResult, Proposal, Reflection } from '../../protocol/committeeApi';
import { jsonRows } from '../../protocol/jsonLines';
import type { Scores } from '../assess/metrics';
import { replaceFile } from '../learn/atomicFile';
import { labelledTexts, unlabelledTexts } from '../learn/dataset';
import { labelsFrom, opinionsOf, type FirstLabels, type Labelling } from '../learn/firstLabels';
import { sharpen } from '../learn/spreading';
import type { Prepared } from '../learn/trainingRun';
import { pickScores } from '../learn/vectors';
import type { Opinion } from '../learn/views/opinion';
import { product } from '../learn/views/powers';
import type { Inquiry } from './inquiry';
import { nearTexts } from './nearTexts';
import { Outsiders } from './outsiders';
import { Rules } from './rules';
import { heardOf, settle, withReflections, type Settled } from './settle';
import { traceOf } from './traces';

/** What a text that was abstained from counts beside others: its labels are spread out by this power. */
const doubtPower = 0.25;

export interface Discussion {
  /** Each as sure as it comes. */
  readonly untempered: readonly Opinion[];
  readonly rules: Rules | undefined;
  /** What follows from the opinions before anybody objects. */
  readonly labels: FirstLabels;
  readonly settled: Settled;
  /** What is to be learned: [texts, classes]. */
  readonly spread: Scores;
  readonly said: Pick<CommitteeResult, 'traceFile' | 'labelled' | 'abstained' | 'trust' | 'stopped'>;
}

/**
 * Agents propose, judges object, the reflector settles; the trace of each text without a label is written to the run's folder.
 * @param taught what the networks say that each left out a part of the labels @param pause throws to cancel
 */
export async function discuss(
  prepared: Labelling & Prepared,
  taught: Opinion | undefined,
  { params, price, inquiry }: { params: CommitteeParams; price: number; inquiry: Inquiry },
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<Discussion> {
  const { dataset, vectors } = prepared;
  const rows: string[] = [];
  // What a data set does not keep: the words.
  for await (const { text } of jsonRows(createReadStream(params.dataFile), params.dataFile)) rows.push(text);
  const texts = dataset.places.map(({ row }) => rows[row] ?? '');
  const student = taught && { ...taught, id: 'student' };
  const opinions = await opinionsOf(prepared, student, pause);
  const rules = params.rules && Rules.read(params.rules, dataset.labels);
  if (rules) {
    const answers = rules.answers(texts);
    opinions.push({ id: 'rules', answers, heldOut: pickScores(answers, labelledTexts(dataset)) });
  }
  const outsiders = new Outsiders(prepared, texts, params.descriptions ?? {}, params.agents, inquiry, signal);
  const asked = unlabelledTexts(dataset);
  const together = product(opinions.map(({ answers }) => answers));
  opinions.push(...(await outsiders.opinions(inDoubtFirst(asked, together))));
  const labels = await labelsFrom(prepared, opinions, pause);
  const near = await nearTexts(prepared, vectors, labels.spread, (text) => text, signal);
  const heard = heardOf(labels, near);
  const words = {
    proposals: outsiders.proposals,
    verdicts: outsiders.verdicts,
    rules: (own: number) => rules?.fitting(texts[own] ?? '').map(({ source }) => source) ?? [],
  };
  const draft = settle(heard, price);
  const voteOn = (text: number): Proposal =>
    traceOf(text, dataset, heard, draft, near, { ...words, reflections: new Map() }).vote;
  const objected = await outsiders.objections(inDoubtFirst(asked, draft.vote), voteOn);
  const open = settle(heard, price, objected);
  const disputed = asked.filter((text) => open.kinds[text] !== 'agreed');
  const reflections = await outsiders.reflections(inDoubtFirst(disputed, open.labels), (text) => {
    const { vote, verdicts } = traceOf(text, dataset, heard, open, near, {
      ...words,
      reflections: new Map(),
    });
    return { proposal: vote, verdicts: verdicts.filter(({ objects }) => objects) };
  });
  const settled = withReflections(open, numbered(reflections, dataset.labels));
  const spread = learnedFrom(labels.spread, settled, prepared.recipe.neighbourSharpening);
  const traceFile = join(params.runDir, 'trace.jsonl');
  function* lines(): Generator<string> {
    for (const text of asked)
      yield `${JSON.stringify(traceOf(text, dataset, heard, settled, near, { ...words, reflections }))}\n`;
  }
  await replaceFile(traceFile, lines());
  const abstained = asked.filter((text) => settled.kinds[text] === 'abstain').length;
  const total = labels.powers.reduce((a, b) => a + b, 0);
  return {
    ...{ untempered: opinions, rules, labels, settled, spread },
    said: {
      traceFile,
      labelled: asked.length - abstained,
      abstained,
      trust: Object.fromEntries(labels.opinions.map(({ id }, a) => [id, (labels.powers[a] ?? 0) / total])),
      stopped: inquiry.stopped,
    },
  };
}

/** Texts, those first whose likeliest label is the least likely. */
function inDoubtFirst(texts: readonly number[], { classes, data }: Scores): number[] {
  const sureness = new Map(
    texts.map((text) => [text, Math.max(...data.subarray(text * classes, (text + 1) * classes))]),
  );
  return texts.toSorted((a, b) => (sureness.get(a) ?? 0) - (sureness.get(b) ?? 0) || a - b);
}

function numbered(
  reflections: ReadonlyMap<number, Reflection>,
  labels: readonly string[],
): Map<number, { label: number | undefined; confidence: number }> {
  return new Map(
    [...reflections].map(([text, { label, confidence }]) => [
      text,
      { label: label === undefined ? undefined : labels.indexOf(label), confidence },
    ]),
  );
}

/** What the cohort learns from: where the committee settled on what near texts and self-training confirm, they make each other surer. */
function learnedFrom(spread: Scores, { labels, kinds }: Settled, sharpening: number): Scores {
  const { classes, data } = product([spread, sharpen(labels, sharpening)], [0.5, 0.5]);
  const doubted = sharpen({ classes, data }, doubtPower);
  kinds.forEach((kind, text) => {
    if (kind !== 'abstain') return;
    data.set(doubted.data.subarray(text * classes, (text + 1) * classes), text * classes);
  });
  return { classes, data };
}
