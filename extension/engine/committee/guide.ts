import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import type { CommitteeParams, CommitteeResult } from '../../protocol/committeeApi';
import { runKey } from '../learn/checkpoint';
import { chooseStudent } from '../learn/chooseStudent';
import { CohortReader } from '../learn/cohortReader';
import { withFittedHeads } from '../learn/fittedHeads';
import type { FirstLabels, Labelling } from '../learn/firstLabels';
import type { RunProgress } from '../learn/runProgress';
import { readSeen, type Seen } from '../learn/seen';
import { membersOf, type Cohort } from '../learn/stepGraph';
import type { Guide, Prepared, Trained } from '../learn/trainingRun';
import type { Opinion } from '../learn/views/opinion';
import { discuss, type Discussion } from './discussion';
import type { Inquiry } from './inquiry';
import { measure, type Asked } from './measure';
import { reinforce, reinforceRecipe } from './reinforce';
import { reinforcedOf } from './reinforcedOf';

/** What the committee has to do with a training run: it labels the texts, and what it holds of answers is what the one model is rewarded by. */
export class CommitteeGuide implements Guide {
  readonly key: unknown;
  /** Once the texts are labelled. */
  said: Omit<CommitteeResult, 'model'> | undefined;
  private teachers: Pick<Asked, 'alone' | 'teachers'> | undefined;
  private discussion: Discussion | undefined;

  constructor(
    private readonly params: CommitteeParams,
    private readonly price: number,
    private readonly inquiry: Inquiry,
    private readonly signal: AbortSignal,
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
    const { params, price, inquiry, signal } = this;
    const discussion = await discuss(prepared, taught, { params, price, inquiry }, pause, signal);
    this.discussion = discussion;
    this.said = { ...discussion.said, rows: [], measuredOn: '' };
    this.onLabelled();
    await pause();
    return { ...discussion.labels, spread: discussion.spread };
  };

  async improve(
    prepared: Prepared,
    trained: Trained,
    progress: RunProgress,
    signal: AbortSignal,
  ): Promise<{ trained: Trained; student: string }> {
    const { discussion } = this;
    if (!discussion)
      throw new AppError(
        'committee/nothing-to-label',
        `${this.params.dataFile} has no text without a label that a committee could label.`,
      );
    const { recipe } = prepared;
    const seen = await readSeen(prepared, trained, signal);
    const supervised = { ...trained, parameters: await withFittedHeads(seen, prepared, trained, signal) };
    const choice = await this.choose(prepared, supervised, seen, signal);
    const { layout } = trained.cohort;
    const parameters = supervised.parameters.slice();
    const rewarded = { ...reinforceRecipe, price: this.price };
    const file = join(this.params.runDir, 'reinforce.safetensors');
    const key = runKey({ guide: this.key, rewarded, digest: prepared.dataset.digest, recipe });
    progress.begin('train', recipe.steps + rewarded.rounds, recipe.steps);
    const improved = await reinforce(
      prepared,
      await reinforcedOf(prepared, supervised, seen, choice.chosen, discussion, signal),
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
    const again = await readSeen(prepared, { ...supervised, parameters }, signal);
    const final: Trained = { ...supervised, parameters, seen: again };
    const chosen = { ...prepared, recipe: { ...recipe, student: choice.chosen } };
    const { temperature } = await this.choose(chosen, final, again, signal);
    const members = [
      { id: 'supervised', parameters: supervised.parameters, temperature: choice.temperature },
      { id: 'model', parameters, temperature },
    ];
    const index = membersOf(trained.cohort).findIndex(({ id }) => id === choice.chosen);
    const asked = { ...discussion, ...this.teachers, price: this.price };
    const table = await measure(this.params.testFile, prepared, asked, { trained, index, members }, signal);
    this.said = { ...discussion.said, ...table };
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
}
