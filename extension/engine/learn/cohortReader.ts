import type { Scores } from '../assess/metrics';
import { textInputs } from '../encoders/encoder';
import { readingBatches, type Window } from '../encoders/tokenBatches';
import { weightedWindows } from '../encoders/windowWeights';
import { Graph, type Value } from '../graph/graph';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { f32, floats } from '../runtime/tensor';
import { memberLogits } from '../peft/member';
import { inEightBits } from './inEightBits';
import type { Recipe } from './settings';
import { membersOf, type Cohort } from './stepGraph';

/** Asks the members of a cohort, as they are now, for their logits. */
export class CohortReader {
  private constructor(
    private readonly session: Session,
    private readonly cohort: Cohort,
    private readonly padId: number,
  ) {}

  /** @param place `eightBit`: whether products by frozen weights are computed in 8 bits, as they are while learning */
  static async create(
    cohort: Cohort,
    padId: number,
    place: Pick<Recipe, 'eightBit'> & { readonly device: SessionDevice },
  ): Promise<CohortReader> {
    const model = modelBytes(inEightBits(readingGraph(cohort), place));
    return new CohortReader(await Session.create(model, place), cohort, padId);
  }

  /**
   * Logits of each member, teacher first; each [texts, classes], the weighted mean over the windows of a text.
   * @param windowsOf windows of each text
   */
  async logits(
    parameters: Float32Array,
    windowsOf: readonly (readonly Window[])[],
    signal?: AbortSignal,
    onProgress: (windows: number) => void | Promise<void> = () => undefined,
  ): Promise<Scores[]> {
    let done = 0;
    const members = membersOf(this.cohort);
    const classes = members[0]?.classes ?? 0;
    const items = windowsOf.flatMap(weightedWindows);
    const scores = members.map(() => new Float32Array(windowsOf.length * classes));
    for (const { batch, feeds } of readingBatches(
      items.map(({ window }) => window),
      this.padId,
    )) {
      signal?.throwIfAborted();
      await onProgress(done);
      done += batch.length;
      await new Promise(setImmediate);
      const chosen = batch.map((i) => items[i]).filter((item) => item !== undefined);
      const outputs = await this.session.run({
        ...feeds,
        parameters: f32([parameters.length], parameters),
      });
      members.forEach((member, m) => {
        const logits = floats(outputs[`logits/${member.id}`]);
        const into = scores[m] as Float32Array;
        chosen.forEach(({ text, weight }, row) => {
          for (let c = 0; c < classes; c++) {
            into[text * classes + c] =
              (into[text * classes + c] as number) + weight * (logits[row * classes + c] as number);
          }
        });
      });
    }
    return scores.map((data) => ({ classes, data }));
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

function readingGraph(cohort: Cohort): Graph {
  const g = new Graph();
  const text = textInputs(g);
  const tensors = cohort.layout.unpack(g, g.input('parameters', 'float32', [cohort.layout.size]));
  for (const member of membersOf(cohort)) {
    const logits = memberLogits(g, cohort.encoder, member, text, (name) => tensors.get(name) as Value);
    g.output(logits, `logits/${member.id}`);
  }
  return g;
}
