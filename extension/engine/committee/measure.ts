/** The table: each agent, the committee in its steps, the one model in its steps. */
import { createReadStream } from 'node:fs';
import type { CommitteeResult, CommitteeRow } from '../../protocol/committeeApi';
import { givenClass } from '../../protocol/engineApi';
import { jsonRows } from '../../protocol/jsonLines';
import { softmaxRows, type Scores } from '../assess/metrics';
import type { Window } from '../encoders/tokenBatches';
import { CohortReader } from '../learn/cohortReader';
import { readViews } from '../learn/cohortPhases';
import { classOf, labelledTexts } from '../learn/dataset';
import { embedWindows } from '../learn/embedding';
import type { FirstLabels } from '../learn/firstLabels';
import type { Cohort } from '../learn/stepGraph';
import type { Prepared, Trained } from '../learn/trainingRun';
import type { Vectors } from '../learn/vectors';
import type { Opinion } from '../learn/views/opinion';
import { product, tempered } from '../learn/views/powers';
import { rowOf } from './figures';
import { nearTexts } from './nearTexts';
import type { Rules } from './rules';
import { heardOf, settle } from './settle';

/** The committee as it labelled the run's texts. */
export interface Asked {
  readonly alone?: Cohort;
  /** Parameters of each of the teachers that are the agent 'student'. */
  readonly teachers?: readonly Float32Array[];
  readonly untempered: readonly Opinion[];
  readonly labels: FirstLabels;
  readonly rules: Rules | undefined;
  readonly price: number;
}

interface Members {
  readonly trained: Trained;
  /** Of the one model among the members. */
  readonly index: number;
  readonly members: readonly {
    readonly id: string;
    readonly parameters: Float32Array;
    readonly temperature: number;
  }[];
}

type Table = Pick<CommitteeResult, 'rows' | 'measuredOn'>;

/** On the texts of a file that no one learned from; without one, on given labels that agents did not learn from, as far as there are figures. */
export async function measure(
  file: string | undefined,
  prepared: Prepared,
  asked: Asked,
  members: Members,
  signal: AbortSignal,
): Promise<Table> {
  return file === undefined ? onGiven(prepared, asked) : onFile(file, prepared, asked, members, signal);
}

function onGiven({ dataset }: Prepared, { labels, price }: Asked): Table {
  const truth = labelledTexts(dataset).map((text) => classOf(dataset, text));
  const isSure = (_: number, score: number): boolean => score >= price;
  return {
    rows: [
      ...labels.opinions.map(({ id, heldOut }) => rowOf(id, heldOut, truth, isSure)),
      rowOf('vote', labels.apart.after, truth, isSure),
    ],
    measuredOn: 'given labels that were held out',
  };
}

async function onFile(
  file: string,
  prepared: Prepared,
  asked: Asked,
  { trained, index, members }: Members,
  signal: AbortSignal,
): Promise<Table> {
  const { dataset, tokenizer, encoder, device, recipe } = prepared;
  const { labels, price } = asked;
  const truth: number[] = [];
  const texts: string[] = [];
  for await (const row of jsonRows(createReadStream(file), file)) {
    const label = dataset.labels.indexOf(givenClass(row) ?? '');
    if (label < 0) continue;
    truth.push(label);
    texts.push(row.text);
  }
  const windows = texts.map((text) => tokenizer.windows(text, recipe.windowTokens));
  const { eightBit } = recipe;
  const place = { padId: tokenizer.padId, device, eightBit };
  const vectors = await embedWindows(encoder, windows, place, signal);

  const answers = await answersOf(prepared, asked, { texts, windows, vectors }, signal);
  const given = labelledTexts(dataset).map((text) => classOf(dataset, text));
  const opinions = asked.untempered.flatMap(({ id, heldOut }) => {
    const own = answers.get(id);
    return own ? [tempered({ id, answers: own, heldOut }, given)] : [];
  });
  const powers = labels.opinions.flatMap(({ id }, a) => (answers.has(id) ? [labels.powers[a] ?? 0] : []));
  const near = await nearTexts(prepared, vectors, labels.spread, () => undefined, signal);
  const settled = settle(heardOf({ opinions, powers, trust: labels.trust }, near), price);
  const isSure = (_: number, score: number): boolean => score >= price;
  const rows: CommitteeRow[] = [
    ...opinions.map((own) => rowOf(own.id, own.answers, truth, isSure)),
    rowOf('vote', settled.vote, truth, isSure),
    rowOf('committee', settled.labels, truth, (text) => settled.kinds[text] !== 'abstain'),
  ];
  const reader = await CohortReader.create(trained.cohort, tokenizer.padId, { device, eightBit: false });
  try {
    for (const { id, parameters, temperature } of members) {
      const logits = (await reader.logits(parameters, windows, signal))[index] as Scores;
      rows.push(rowOf(id, softmaxRows(logits, temperature), truth, isSure));
    }
  } finally {
    await reader.dispose();
  }
  return { rows, measuredOn: `${truth.length} texts with known labels that no one learned from` };
}

interface OtherTexts {
  readonly texts: readonly string[];
  readonly windows: readonly (readonly Window[])[];
  readonly vectors: Vectors;
}

/**
 * What the agents say of other texts than the run's: probabilities [texts, classes], by agent. Outside agents are not asked. How rare a word
 * is counts the other texts too; nothing else of them is known to an agent.
 */
async function answersOf(
  prepared: Prepared,
  { alone, teachers = [], rules, labels }: Asked,
  { texts, windows, vectors }: OtherTexts,
  signal: AbortSignal,
): Promise<Map<string, Scores>> {
  const { dataset, tokenizer, device, recipe } = prepared;
  const classes = dataset.labels.length;
  const count = dataset.windows.length;
  const answers = new Map<string, Scores>();
  if (alone && teachers.length > 0) {
    const reader = await CohortReader.create(alone, tokenizer.padId, { device, eightBit: recipe.eightBit });
    try {
      const each: Scores[] = [];
      for (const parameters of teachers)
        each.push(softmaxRows((await reader.logits(parameters, windows, signal))[0] as Scores));
      answers.set('student', product(each));
    } finally {
      await reader.dispose();
    }
  }
  const both = {
    ...prepared,
    dataset: {
      ...dataset,
      windows: [...dataset.windows, ...windows],
      given: [...dataset.given, ...windows.map(() => undefined)],
    },
    vectors: { size: vectors.size, data: joined(prepared.vectors.data, vectors.data) },
  };
  const labelled = labelledTexts(dataset);
  for (const view of await readViews(both, signal)) {
    if (view.id === 'neighbours') continue;
    const { data } = await view.answers(labelled);
    answers.set(view.id, softmaxRows({ classes, data: data.slice(count * classes) }));
    signal.throwIfAborted();
  }
  // What spread over the run's texts goes one step further.
  const spread = labels.opinions.find(({ id }) => id === 'neighbours');
  if (spread) {
    const near = await nearTexts(prepared, vectors, spread.answers, () => undefined, signal);
    answers.set('neighbours', near.labels);
  }
  if (rules) answers.set('rules', rules.answers(texts));
  return answers;
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
