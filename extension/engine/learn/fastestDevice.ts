/** What `auto` comes to for training: each device that the runtime has is tried, and the fastest right one is taken. */
import type { Encoder } from '../encoders/encoder';
import { modelBytes } from '../graph/serialise';
import { adapters } from '../peft/adapter';
import type { DeviceAnswer, DeviceJob } from '../runtime/deviceProcess';
import type { SkippedDevice } from '../runtime/devices';
import { acceleratorsHere, type SessionDevice } from '../runtime/session';
import { floats, largestDifference } from '../runtime/tensor';
import { inEightBits } from './inEightBits';
import { soloStep } from './soloStep';

/** Largest difference from the CPU's gradient, relative to its largest element. */
const tolerance = 1e-3;
const shape = { layers: 1, batch: 8, tokens: 48 };
const timedRuns = 3;

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
  if (candidates.length === 0) return { device: 'cpu', skipped: [] };
  const tokens = Math.min(shape.tokens, encoder.config.maxTokens);
  const { graph, feeds } = soloStep(encoder, adapters.lora, { ...shape, tokens });
  const model = modelBytes(graph);
  const outputs = ['gradient'];
  const skipped: SkippedDevice[] = [];
  const right: { device: SessionDevice; ms: number }[] = [];
  let expected: DeviceAnswer | undefined;
  for (const device of candidates) {
    const answer = await runOn({ device, model, feeds, outputs, timedRuns });
    if ('reason' in answer) {
      skipped.push({ device, reason: answer.reason });
      continue;
    }
    expected ??= await runOn({ device: 'cpu', model, feeds, outputs, timedRuns: 0 });
    const reason =
      'reason' in expected ? `the CPU did not answer: ${expected.reason}` : wrongness(expected, answer);
    if (reason === undefined) right.push({ device, ms: answer.ms });
    else skipped.push({ device, reason });
  }
  if (right.length === 0) return { device: 'cpu', skipped };

  const asTrained = modelBytes(inEightBits(graph, { device: 'cpu', eightBit: true }));
  const onCpu = await runOn({ device: 'cpu', model: asTrained, feeds, outputs, timedRuns });
  const cpu = { device: 'cpu' as const, ms: 'reason' in onCpu ? Infinity : onCpu.ms };
  const best = [...right, cpu].reduce((a, b) => (b.ms < a.ms ? b : a));
  for (const { device, ms } of right) {
    if (device === best.device) continue;
    const reason = `slower (${ms.toFixed(0)} ms a step) than the ${best.ms.toFixed(0)} ms of ${best.device}`;
    skipped.push({ device, reason });
  }
  return { device: best.device, skipped };
}

type Ran = Exclude<DeviceAnswer, { readonly reason: string }>;

/** Undefined when the gradients are the same. */
function wrongness(expected: Ran, answer: Ran): string | undefined {
  const error = largestDifference(floats(expected.outputs['gradient']), floats(answer.outputs['gradient']));
  return error <= tolerance ? undefined : `its numbers differ from the CPU's by ${error.toExponential(1)}`;
}
