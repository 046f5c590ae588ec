import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommitteeParams, CommitteeResult, Proposal, Reflection } from '../../protocol/committeeApi';
import { jsonRows } from '../../protocol/jsonLines';
import { softmaxRows, type Scores } from '../assess/metrics';
import { runKey } from '../learn/checkpoint';
import { sharesOf } from '../learn/classShares';
import { chooseStudent, meanOf } from '../learn/chooseStudent';
import { CohortReader } from '../learn/cohortReader';
import { labelledTexts, unlabelledTexts } from '../learn/dataset';
import { nearestNeighbours } from '../learn/neighbours';
import { withFittedHeads } from '../learn/fittedHeads';
import { labelsFrom, mostAlpha, opinionsOf, type FirstLabels, type Labelling } from '../learn/firstLabels';
import type { RunProgress } from '../learn/runProgress';
import { logitsOf, readSeen, type Seen } from '../learn/seen';
import { affinityOf, sharpen, spreadLabels } from '../learn/spreading';
import { membersOf, type Cohort } from '../learn/stepGraph';
import type { Guide, Prepared, RunSurroundings, Trained } from '../learn/trainingRun';
import { normaliseRows, pickRows, pickScores, type Vectors } from '../learn/vectors';
import { product } from '../learn/views/powers';
import type { Opinion } from '../learn/views/opinion';
import { measure, type Asked } from './measure';
import { nearTexts, type NearTexts } from './nearTexts';
import { reinforce, reinforceRecipe, type Reinforced } from './reinforce';
import type { Inquiry } from './inquiry';
import { Outsiders } from './outsiders';
import { Rules } from './rules';
import { settle, withReflections, type Heard, type Settled } from './settle';
import { traceOf } from './traces';

/** What a text that was abstained from counts beside others: its labels are spread out by this power. */
const doubtPower = 0.25;
/** How far near texts are heard in what an answer is worth. */
const judgedAlpha = 0.5;

/** What the committee has to do with a training run: it labels the texts, and its checks are what the one model is rewarded by. */
export class CommitteeGuide implements Guide {
  readonly key: unknown;
  /** Once the texts are labelled. */
  said: Omit<CommitteeResult, 'model'> | undefined;
  private asked: Asked | undefined;
  private teachers: Pick<Asked, 'alone' | 'teachers'> | undefined;
  private discussed: { heard: Heard; settled: Settled; labels: FirstLabels } | undefined;

  constructor(
    private readonly params: CommitteeParams,
    private readonly price: number,
    private readonly around: RunSurroundings,
    private readonly inquiry: Inquiry,
    private readonly onLabelled: () => void,
  ) {
    const { rules, agents } = params;
    this.key = { committee: 1, rules, agents: agents.map(({ name, roles }) => ({ name, roles })), price };
  }

  taught(alone: Cohort, teachers: readonly Float32Array[]): void {
    this.teachers = { alone, teachers };
  }

  label = async (
    prepared: Labelling & Prepared,
    taught: Opinion | undefined,
    pause: () => Promise<void>,
  ): Promise<FirstLabels> => {
    const { signal } = this.around;
    const { dataset, vectors } = prepared;
    const rows = await readTexts(this.params.dataFile);
    const texts = dataset.places.map(({ row }) => rows[row] ?? '');
    const student = taught && { ...taught, id: 'student' };
    const opinions = await opinionsOf(prepared, student, pause);
    const rules = this.params.rules && Rules.read(this.params.rules, dataset.labels);
    if (rules) {
      const answers = rules.answers(texts);
      opinions.push({ id: 'rules', answers, heldOut: pickScores(answers, labelledTexts(dataset)) });
    }
    const inner = [...opinions];
    const outsiders = new Outsiders(
      prepared,
      texts,
      this.params.descriptions ?? {},
      this.params.agents,
      this.inquiry,
      signal,
    );
    const asked = unlabelledTexts(dataset);
    opinions.push(...(await outsiders.opinions(inDoubtFirst(asked, votesAlike(inner)))));
    const labels = await labelsFrom(prepared, opinions, pause);
    const near = await nearTexts(prepared, vectors, labels.spread, (text) => text, signal);
    const heard = heardOf(labels, near);
    const words = {
      ...outsiders,
      rules: (own: number) => rules?.fitting(texts[own] ?? '').map(({ source }) => source) ?? [],
    };
    const draft = settle(heard, this.price);
    const voteOn = (text: number): Proposal =>
      traceOf(text, dataset, heard, draft, near, { ...words, reflections: new Map() }).vote;
    const objected = await outsiders.objections(inDoubtFirst(asked, draft.vote), voteOn);
    const open = settle(heard, this.price, objected);
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
    const traceFile = join(this.params.runDir, 'trace.jsonl');
    await writeLines(traceFile, asked, (text) =>
      traceOf(text, dataset, heard, settled, near, { ...words, reflections }),
    );
    const abstained = asked.filter((text) => settled.kinds[text] === 'abstain').length;
    const total = labels.powers.reduce((a, b) => a + b, 0);
    this.said = {
      traceFile,
      labelled: asked.length - abstained,
      abstained,
      trust: Object.fromEntries(labels.opinions.map(({ id }, a) => [id, (labels.powers[a] ?? 0) / total])),
      rows: [],
      measuredOn: '',
      stopped: this.inquiry.stopped,
    };
    this.asked = { ...this.teachers, untempered: opinions, labels, rules, price: this.price };
    this.discussed = { heard, settled, labels };
    this.onLabelled();
    await pause();
    return { ...labels, spread };
  };

  async improve(
    prepared: Prepared,
    trained: Trained,
    progress: RunProgress,
    signal: AbortSignal,
  ): Promise<{ trained: Trained; student: string }> {
    const { recipe } = prepared;
    const seen = await readSeen(prepared, trained, signal);
    const supervised = { ...trained, parameters: await withFittedHeads(seen, prepared, trained, signal) };
    const choice = await this.choose(prepared, supervised, seen, signal);
    const { layout } = trained.cohort;
    const parameters = supervised.parameters.slice();
    const rewarded = { ...reinforceRecipe, price: this.price, ...overrides() };
    const file = join(this.params.runDir, 'reinforce.safetensors');
    const key = runKey({ guide: this.key, rewarded, digest: prepared.dataset.digest, recipe });
    progress.begin('train', recipe.steps + rewarded.rounds, recipe.steps);
    const improved = await reinforce(
      prepared,
      await this.reinforced(prepared, supervised, seen, choice.chosen, signal),
      rewarded,
      { file, key },
      {
        onRound: async (round, figures, keep) => {
          progress.reinforcement = figures;
          progress.advance(recipe.steps + round, { atOnce: true });
          await progress.rest(keep);
        },
      },
      signal,
    );
    for (const { spec } of layout.slots) {
      if (!spec.name.startsWith(`${choice.chosen}/`)) continue;
      layout.read(parameters, spec.name).set(improved.layout.read(improved.parameters, spec.name));
    }
    const final: Trained = { ...supervised, parameters, headsFitted: true };
    const chosen = { ...prepared, recipe: { ...recipe, student: choice.chosen } };
    const again = await readSeen(chosen, final, signal);
    const { temperature } = await this.choose(chosen, final, again, signal);
    if (this.said && this.asked) {
      const members = [
        { id: 'supervised', parameters: supervised.parameters, temperature: choice.temperature },
        { id: 'model', parameters, temperature },
      ];
      const index = membersOf(trained.cohort).findIndex(({ id }) => id === choice.chosen);
      const measured = await measure(
        this.params.testFile,
        prepared,
        this.asked,
        { trained, index, members },
        signal,
      );
      this.said = { ...this.said, ...measured };
    }
    return { trained: final, student: choice.chosen };
  }

  private async choose(
    prepared: Prepared,
    trained: Trained,
    seen: Seen,
    signal: AbortSignal,
  ): Promise<{ chosen: string; temperature: number }> {
    const { device, tokenizer } = prepared;
    const reader = await CohortReader.create(trained.cohort, tokenizer.padId, { device, eightBit: false });
    try {
      return await chooseStudent(prepared, trained, seen, reader, signal);
    } finally {
      await reader.dispose();
    }
  }

  /** Who is rewarded, and for what: the student that was chosen, the texts that it learns from, and what the judges hold of their labels. */
  private async reinforced(
    { dataset, recipe, device }: Prepared,
    { cohort, parameters, heldOut }: Trained,
    seen: Seen,
    chosen: string,
    signal: AbortSignal,
  ): Promise<Reinforced> {
    if (!this.discussed) throw new Error('Nobody has labelled the texts.');
    const { labels, heard, settled } = this.discussed;
    const member = cohort.students.find(({ id }) => id === chosen);
    if (!member) throw new Error(`No student "${chosen}".`);
    const held = heldOut[membersOf(cohort).indexOf(member)] ?? new Set<number>();
    const rows = seen.texts.flatMap((text, row) => (held.has(text) ? [] : [row]));
    const texts = rows.map((row) => seen.texts[row] as number);
    const given = texts.map((text) => dataset.given[text]);
    const featuresOf = (id: string): Vectors => pickRows(seen.features.get(id) as Vectors, rows);
    const judges = cohort.students.map((student) => {
      const own = (name: string): Float32Array => cohort.layout.read(parameters, name);
      return softmaxRows(logitsOf(featuresOf(student.id), { member: student, parameters: own }));
    });
    const network = heard.opinions.find(({ id }) => id === 'student');
    if (network) judges.push(pickScores(network.answers, texts));
    judges.push(pickScores(settled.labels, texts));
    // Near texts in what the student reads, where texts of a class are together, as in the base model's space they need not be.
    const space = featuresOf(chosen);
    normaliseRows(space);
    const near = affinityOf(await nearestNeighbours(space, recipe.neighbours, device, signal));
    return {
      member,
      parameters: (name) => cohort.layout.read(parameters, name),
      texts,
      heldOut: [...held],
      wanted: sharesOf(labels.spread),
      checks: { given, judged: spreadLabels(near, withKnown(meanOf(judges), given), judgedAlpha) },
    };
  }
}

/** Certainty where a label is given. */
function withKnown({ classes, data }: Scores, given: readonly (number | undefined)[]): Scores {
  given.forEach((known, row) => {
    if (known === undefined) return;
    data.fill(0, row * classes, (row + 1) * classes);
    data[row * classes + known] = 1;
  });
  return { classes, data };
}

function overrides(): object {
  return JSON.parse(process.env['NANONET_REINFORCE'] ?? '{}') as object;
}

/** What all agents say together when each is heard alike. */
function votesAlike(opinions: readonly Opinion[]): Scores {
  return product(
    opinions.map(({ answers }) => answers),
    opinions.map(() => 1 / opinions.length),
  );
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

function heardOf({ opinions, powers, trust }: FirstLabels, near: NearTexts): Heard {
  return { opinions, powers, near: near.labels, alpha: mostAlpha * trust, duplicates: near.duplicates };
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

async function writeLines(
  file: string,
  texts: readonly number[],
  of: (text: number) => object,
): Promise<void> {
  function* lines(): Generator<string> {
    for (const text of texts) yield `${JSON.stringify(of(text))}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
}

/** The words of the texts, by row: what a data set does not keep. */
async function readTexts(file: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of jsonRows(createReadStream(file), file)) texts.push(text);
  return texts;
}
