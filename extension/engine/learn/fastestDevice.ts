/** What `auto` comes to for training: each device that the runtime has is tried, and the fastest right one is taken. */
import type { Encoder } from '../encoders/encoder';
import { modelBytes } from '../graph/serialise';
import { adapters } from '../peft/adapter';
import { parameterSpecs, type Member } from '../peft/member';
import type { DeviceAnswer, DeviceJob } from '../runtime/deviceProcess';
import type { SkippedDevice } from '../runtime/devices';
import { acceleratorsHere, type SessionDevice } from '../runtime/session';
import { f32, floats, i64, scalar, type Tensor } from '../runtime/tensor';
import { eightBitForward } from './eightBitForward';
import { ParameterLayout } from './parameterLayout';
import { Random } from './random';
import { defaultRecipe } from './settings';
import { stepGraph } from './stepGraph';

/** Largest difference from the CPU's gradient, relative to its largest element. */
const tolerance = 1e-3;
const batch = 8;
const tokens = 48;
const classes = 2;

export interface ChosenDevice {
  readonly device: SessionDevice;
  readonly skipped: readonly SkippedDevice[];
}

/**
 * Compares gradient and time of a small training step on each device with the CPU's.
 * @param runOn runs a graph in a process of its own: what is tried may take its process down
 */
export async function fastestDevice(
  encoder: Encoder,
  runOn: (job: DeviceJob) => Promise<DeviceAnswer>,
  candidates: readonly SessionDevice[] = acceleratorsHere(),
): Promise<ChosenDevice> {
  const { exact, inEightBits, feeds } = smallStep(encoder);
  const skipped: SkippedDevice[] = [];
  const right: { device: SessionDevice; ms: number }[] = [];
  let expected: Float32Array | undefined;
  const outputs = ['gradient'];
  for (const device of candidates) {
    const answer = await runOn({ device, model: exact, feeds, outputs, timedRuns: 3 });
    if ('reason' in answer) {
      skipped.push({ device, reason: answer.reason });
      continue;
    }
    expected ??= gradientOf(await runOn({ device: 'cpu', model: exact, feeds, outputs, timedRuns: 0 }));
    const error = difference(expected, gradientOf(answer));
    if (error <= tolerance) right.push({ device, ms: answer.ms });
    else skipped.push({ device, reason: `its numbers differ from the CPU's by ${error.toExponential(1)}` });
  }
  if (right.length === 0) return { device: 'cpu', skipped };

  const onCpu = await runOn({ device: 'cpu', model: inEightBits, feeds, outputs, timedRuns: 3 });
  if ('reason' in onCpu) throw new Error(`The CPU cannot run a training step: ${onCpu.reason}`);
  const best = [...right, { device: 'cpu' as const, ms: onCpu.ms }].reduce((a, b) => (b.ms < a.ms ? b : a));
  for (const { device, ms } of right) {
    if (device === best.device) continue;
    const reason = `slower (${ms.toFixed(0)} ms a step) than the ${best.ms.toFixed(0)} ms of ${best.device}`;
    skipped.push({ device, reason });
  }
  return { device: best.device, skipped };
}

interface SmallStep {
  readonly exact: Uint8Array;
  /** As the CPU runs it. */
  readonly inEightBits: Uint8Array;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** A step of a student of one layer on random tokens. */
function smallStep(encoder: Encoder): SmallStep {
  const student: Member = { id: 'student', layers: [0], classes, adapter: adapters.lora(encoder, [0]) };
  const layout = new ParameterLayout(parameterSpecs(student, encoder.hiddenSize));
  const recipe = { ...defaultRecipe, distillation: false, mutual: false, unlabelled: false };
  const graph = stepGraph({ encoder, teacher: undefined, students: [student], layout }, recipe);

  const random = Random.of('small step');
  const ids = Array.from({ length: batch * tokens }, () => random.int(encoder.config.vocabularySize));
  const targets = f32([batch, classes]);
  for (let row = 0; row < batch; row++) targets.data[row * classes + (row % classes)] = 1;
  const feeds = {
    'input_ids/student': i64([batch, tokens], ids),
    attention_mask: i64([batch, tokens], new Uint8Array(ids.length).fill(1)),
    given: targets,
    spread: f32([batch, classes]),
    is_unlabelled: f32([batch]),
    'learns/student': f32([batch], new Float32Array(batch).fill(1)),
    mutual: scalar(0),
    learning_rate: scalar(1e-3),
    correction1: scalar(0.1),
    correction2: scalar(0.001),
    // Away from the zeros that training begins with, where most gradients vanish.
    parameters: f32(
      [layout.size],
      layout.initial(1).map((x) => x + 0.02 * random.normal()),
    ),
    moment1: f32([layout.size]),
    moment2: f32([layout.size]),
  };
  return { exact: modelBytes(graph), inEightBits: modelBytes(eightBitForward(graph, 'cpu')), feeds };
}

function gradientOf(answer: DeviceAnswer): Float32Array {
  if ('reason' in answer) throw new Error(`The CPU cannot run a training step: ${answer.reason}`);
  return floats(answer.outputs['gradient']);
}

/** Infinite where numbers make no sense, so that a silent NaN cannot pass. */
function difference(expected: Float32Array, actual: Float32Array): number {
  const largest = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-9);
  const worst = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - (actual[i] ?? NaN))), 0);
  return Number.isNaN(worst) ? Infinity : worst / largest;
}
