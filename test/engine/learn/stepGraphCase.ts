/** The step graph of a small cohort on the real base model, and a batch for it. */
import { loadEncoder, selectLayers } from '../../../extension/engine/encoders/encoder';
import type { Graph } from '../../../extension/engine/graph/graph';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { ParameterLayout } from '../../../extension/engine/learn/parameterLayout';
import { Random } from '../../../extension/engine/learn/random';
import { defaultRecipe } from '../../../extension/engine/learn/settings';
import { membersOf, stepGraph, type Cohort } from '../../../extension/engine/learn/stepGraph';
import { adapters } from '../../../extension/engine/peft/adapter';
import { parameterSpecs, type Member } from '../../../extension/engine/peft/member';
import { f32, i64, scalar, type Tensor } from '../../../extension/engine/runtime/tensor';
import { baseModel } from './tinyRun';

const classes = 3;
const batch = 4;
const tokens = 8;

/** A teacher of two layers and students of one each; the batch has two given labels and two spread ones. */
export async function stepGraphCase(
  adapter: keyof typeof adapters = 'lora',
): Promise<{ graph: Graph; model: Uint8Array; feeds: Record<string, Tensor>; cohort: Cohort }> {
  const encoder = selectLayers(await loadEncoder(baseModel), [0, 1]);
  const member = (id: string, layers: readonly number[]): Member => ({
    id,
    layers,
    classes,
    adapter: adapters[adapter](encoder, layers),
  });
  const teacher = member('teacher', [0, 1]);
  const students = [member('student-1', [0]), member('student-2', [1])];
  const layout = new ParameterLayout(
    [teacher, ...students].flatMap((m) => parameterSpecs(m, encoder.hiddenSize)),
  );
  const cohort = { encoder, teacher, students, layout };

  const random = Random.of('step graph case');
  // Away from the zeros that training begins with, where most gradients vanish.
  const parameters = layout.initial(1).map((x) => x + 0.02 * random.normal());
  const ids = (): number[] =>
    Array.from({ length: batch * tokens }, (_, i) => (i % tokens === 0 ? 101 : 1000 + random.int(20_000)));
  const mask = Array.from({ length: batch * tokens }, (_, i) => (i < tokens * 3 || i % tokens < 5 ? 1 : 0));
  const read = batch - 1;
  const perMember = membersOf(cohort).flatMap((member) => {
    const rows = member === teacher ? read : batch;
    const view = (data: readonly number[]): Tensor => i64([rows, tokens], data.slice(0, rows * tokens));
    return [
      [`input_ids/${member.id}`, view(ids())] as const,
      [`attention_mask/${member.id}`, view(mask)] as const,
      [`given_weight/${member.id}`, f32([batch], [0.5, 0.5, 0, 0])] as const,
      [
        `unlabelled_weight/${member.id}`,
        f32([batch], member === teacher ? [0, 0, 1, 0] : [0, 0, 0.5, 0.5]),
      ] as const,
    ];
  });
  const feeds: Record<string, Tensor> = {
    ...Object.fromEntries(perMember),
    // The teacher does not read the last text.
    reads: f32(
      [batch, read],
      Array.from({ length: batch * read }, (_, i) => Number(Math.floor(i / read) === i % read)),
    ),
    given: f32([batch, classes], [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
    spread: f32([batch, classes], [0, 0, 0, 0, 0, 0, 0.7, 0.2, 0.1, 0.1, 0.1, 0.8]),
    mutual: scalar(0.4),
    learning_rate: scalar(1e-3),
    correction1: scalar(0.1),
    correction2: scalar(0.001),
    parameters: f32([layout.size], parameters),
    moment1: f32([layout.size]),
    moment2: f32([layout.size]),
    gradient_before: f32([layout.size]),
  };
  const graph = stepGraph(cohort, defaultRecipe);
  return { graph, model: modelBytes(graph), feeds, cohort };
}
