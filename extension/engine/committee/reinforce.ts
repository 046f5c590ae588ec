/** The one model goes on by reward: groups are sampled, compared by rules, and the policy moves to what was better than its group. */
import { argmaxRows, softmaxRows, type Scores } from '../assess/metrics';
import type { Window } from '../encoders/tokenBatches';
import { drawnWindow } from '../encoders/windowWeights';
import { BatchPlan } from '../learn/batches';
import { readCheckpoint, writeCheckpoint } from '../learn/checkpoint';
import { sharesOf } from '../learn/classShares';
import { CohortReader } from '../learn/cohortReader';
import { CohortTrainer } from '../learn/cohortTrainer';
import { classOf, type Dataset } from '../learn/dataset';
import type { ParameterLayout } from '../learn/parameterLayout';
import { Random } from '../learn/random';
import { masked, pieceOf, specialTokens } from '../learn/stepFeeds';
import type { Prepared } from '../learn/trainingRun';
import { pickScores } from '../learn/vectors';
import type { Member } from '../peft/member';
import type { CurvePoint, Reinforcement } from '../../protocol/snapshot';
import { abstainLog, policyOf } from './policy';
import { abstainOf, policyLayout, PolicyTrainer, type PolicyRates } from './policyTrainer';
import { rewardsOf, sampleGroups, type Checks, type RewardRules } from './rewards';

export interface ReinforceRecipe extends Omit<PolicyRates, 'steps'>, RewardRules {
  /** Rounds of sampling; texts a round, of which some have a given label; samples of each; texts a step; times that each is learned from. */
  readonly rounds: number;
  readonly texts: number;
  readonly givenTexts: number;
  readonly group: number;
  readonly batch: number;
  readonly epochs: number;
  /** Augmented views of each text, and the share of tokens that each lacks. */
  readonly views: number;
  readonly maskedShare: number;
}

export const reinforceRecipe: Omit<ReinforceRecipe, 'price'> = {
  rounds: 40,
  texts: 64,
  givenTexts: 8,
  group: 8,
  batch: 16,
  epochs: 2,
  views: 2,
  maskedShare: 0.2,
  learningRate: 5e-4,
  clip: 0.2,
  divergence: 0.3,
  augmentation: 0.5,
  hard: 0.25,
  shares: 0.05,
};

/** Who is moved, and what by. */
export interface Reinforced {
  readonly member: Member;
  /** The member's own, as the supervised steps left them: by name. */
  readonly parameters: (name: string) => Float32Array;
  /** Texts that are learned from, the labelled ones that the member holds out not among them. */
  readonly texts: readonly number[];
  /** In the order of `texts`. */
  readonly checks: Checks;
  /** Labelled texts that nobody learns from, for the curve. */
  readonly heldOut: readonly number[];
  readonly wanted: readonly number[];
}

export interface ReinforceEvents {
  onRound(round: number, figures: Reinforcement, keep: () => Promise<void>): Promise<void>;
}

/** Rounds between two checkpoints. */
const checkpointEvery = 10;

/**
 * A function of (seed, round): interrupted, it goes on from its checkpoint.
 * @param place where the checkpoint lies, and whose it is
 * @returns the layout and the parameters after the last round
 */
export async function reinforce(
  prepared: Prepared,
  reinforced: Reinforced,
  recipe: ReinforceRecipe,
  place: { readonly file: string; readonly key: string },
  events: ReinforceEvents,
  signal: AbortSignal,
): Promise<{ layout: ParameterLayout; parameters: Float32Array }> {
  const { encoder, tokenizer, device, dataset, recipe: learned } = prepared;
  const { member, wanted } = reinforced;
  const abstain = abstainLog(recipe.price);
  const layout = policyLayout(member, encoder.hiddenSize, abstain);
  const reference = new Float32Array(layout.size);
  for (const { spec, offset } of layout.slots)
    reference.set(spec.name === abstainOf(member) ? [abstain] : reinforced.parameters(spec.name), offset);
  const resumed = await readCheckpoint(place.file, place.key);
  const perRound = recipe.epochs * Math.ceil(recipe.texts / recipe.batch);
  const trainer = await PolicyTrainer.create(
    { encoder, member, layout },
    { ...recipe, steps: recipe.rounds * perRound },
    learned,
    { device, padId: tokenizer.padId },
    resumed?.state ?? CohortTrainer.begin(reference),
  );
  const solo = { encoder, teacher: undefined, students: [member], layout };
  const reader = await CohortReader.create(solo, tokenizer.padId, { device, eightBit: learned.eightBit });
  const ask = async (parameters: Float32Array, windows: readonly Window[]): Promise<Scores> => {
    const [logits] = await reader.logits(
      parameters,
      windows.map((window) => [window]),
      signal,
    );
    return logits as Scores;
  };
  const abstainIn = (parameters: Float32Array): number => layout.read(parameters, abstainOf(member))[0] ?? 0;
  const drawing = drawingOf(dataset, reinforced, recipe, prepared);
  const special = specialTokens(tokenizer);
  // Curves of a round are kept where a checkpoint keeps a member's.
  const curves = resumed?.curves ?? [emptyCurves()];
  const [points = emptyCurves()] = curves;
  const figures = (): Reinforcement => ({
    reward: points.loss,
    divergence: points.agreement,
    coverage: points.trusted,
    accuracy: points.accuracy,
  });
  let found = [...wanted];
  try {
    for (let round = Math.floor(trainer.now.step / perRound); round < recipe.rounds; round++) {
      signal.throwIfAborted();
      const before = trainer.now.parameters;
      const { rows, windows } = drawing(round);
      const random = (name: string, ...keys: number[]): Random =>
        Random.of(learned.seed, name, round, ...keys);
      const logits = await ask(before, windows);
      const logs = policyOf(logits, abstainIn(before));
      const anchor = policyOf(await ask(reference, windows), abstainIn(reference));
      const views: Scores[] = [];
      for (let v = 0; v < recipe.views; v++) {
        const view = random('reinforce view', v);
        views.push(
          await ask(
            before,
            windows.map((window) => masked(window, special, recipe.maskedShare, view)),
          ),
        );
      }
      const now = sharesOf(softmaxRows(logits));
      found = round === 0 ? now : found.map((share, c) => 0.9 * share + 0.1 * (now[c] ?? 0));
      const checks = {
        given: rows.map((row) => reinforced.checks.given[row]),
        judged: pickScores(reinforced.checks.judged, rows),
      };
      const rewards = rewardsOf(checks, views, { found, wanted }, recipe);
      const samples = random('reinforce samples');
      const group = sampleGroups(logs, rewards, recipe.group, () => samples.uniform());

      let divergence = 0;
      for (let epoch = 0; epoch < recipe.epochs; epoch++) {
        const order = random('reinforce order', epoch).shuffle([...rows.keys()]);
        for (let start = 0; start < order.length; start += recipe.batch) {
          const chosen = order.slice(start, start + recipe.batch);
          const pick = (data: Float32Array): Float32Array =>
            pickScores({ classes: logs.classes, data }, chosen).data;
          divergence = await trainer.step({
            windows: chosen.map((i) => windows[i] ?? []),
            shares: pick(group.shares),
            advantages: pick(group.advantages),
            before: pick(logs.data),
            reference: pick(anchor.data),
          });
          await new Promise(setImmediate);
          signal.throwIfAborted();
        }
      }
      points.loss.push([round + 1, group.reward]);
      points.agreement.push([round + 1, divergence]);
      points.trusted.push([round + 1, answeredShare(logs)]);
      if (reinforced.heldOut.length > 0 && (round % 5 === 4 || round === recipe.rounds - 1)) {
        const held = await ask(
          trainer.now.parameters,
          reinforced.heldOut.map((text) => dataset.windows[text]?.[0] ?? []),
        );
        const right = argmaxRows(held).filter(
          (c, i) => c === classOf(dataset, reinforced.heldOut[i] as number),
        );
        points.accuracy.push([round + 1, right.length / reinforced.heldOut.length]);
      }
      const keep = (): Promise<void> =>
        writeCheckpoint(place.file, place.key, {
          state: trainer.now,
          best: undefined,
          curves,
          recent: [],
          elapsedMs: 0,
        });
      await events.onRound(round + 1, figures(), keep);
      if ((round + 1) % checkpointEvery === 0 || round + 1 === recipe.rounds) await keep();
    }
    return { layout, parameters: trainer.now.parameters };
  } finally {
    await reader.dispose();
    await trainer.dispose();
  }
}

/** Which texts a round takes, as rows of `texts`, and a window of each. */
function drawingOf(
  dataset: Dataset,
  { texts, checks }: Pick<Reinforced, 'texts' | 'checks'>,
  recipe: ReinforceRecipe,
  { recipe: learned }: Pick<Prepared, 'recipe'>,
): (round: number) => { rows: readonly number[]; windows: readonly Window[] } {
  const rowsWhere = (isGiven: boolean): number[] =>
    texts.flatMap((_, row) => ((checks.given[row] !== undefined) === isGiven ? [row] : []));
  const given = rowsWhere(true);
  const others = rowsWhere(false);
  const sizes = {
    labelled: Math.min(given.length, recipe.givenTexts),
    unlabelled: recipe.texts - Math.min(given.length, recipe.givenTexts),
  };
  const windowsOf = (row: number): readonly Window[] => dataset.windows[texts[row] ?? -1] ?? [];
  const lengthOf = (row: number): number =>
    Math.min(learned.pieceTokens, Math.max(0, ...windowsOf(row).map(({ length }) => length)));
  const plan = new BatchPlan(learned.seed, given, others, sizes, lengthOf);
  return (round) => {
    const { labelled, unlabelled } = plan.at(round);
    const rows = [...labelled, ...unlabelled];
    const random = Random.of(learned.seed, 'reinforce window', round);
    const windows = rows.map((row) => {
      const own = windowsOf(row);
      return pieceOf(own[drawnWindow(own.length, random.uniform())] ?? [], learned.pieceTokens, random);
    });
    return { rows, windows };
  };
}

/** Share of the texts where a label is likelier than abstaining. */
function answeredShare({ classes, data }: Scores): number {
  const answers = argmaxRows({ classes, data });
  return answers.filter((action) => action < classes - 1).length / Math.max(1, answers.length);
}

function emptyCurves(): Record<'loss' | 'accuracy' | 'agreement' | 'trusted', CurvePoint[]> {
  return { loss: [], accuracy: [], agreement: [], trusted: [] };
}
