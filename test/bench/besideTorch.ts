/** Training steps beside PyTorch's and beside the machine's peak, in turn, in one run. */
import { join } from 'node:path';
import { loadEncoder } from '../../extension/engine/encoders/encoder';
import { adapters, type AdapterFactory } from '../../extension/engine/peft/adapter';
import { lora } from '../../extension/engine/peft/lora';
import { soloStep } from '../../extension/engine/learn/soloStep';
import { defaultThreads } from '../../extension/engine/runtime/session';
import { repository } from '../editor/harness/places';
import { MatmulPeak } from './matmulPeak';
import { TorchStep } from './peers/torchStep';
import { productsOfStep, TrainingStep } from './trainingStep';

export const shape = { layers: 6, batch: 16, tokens: 64 };

const queryAndValue: AdapterFactory = (encoder, layers) =>
  lora(encoder, layers, { targets: ['query', 'value'] });

/** Steps by name; the first is what PyTorch's does, as the engine runs it. */
const steps: readonly (readonly [name: string, adapterOf: AdapterFactory, eightBit: boolean])[] = [
  ['LoRA on query and value, 8 bits', queryAndValue, true],
  ['LoRA on query and value, 32 bits', queryAndValue, false],
  ['LoRA on the five default targets, 8 bits', adapters.lora, true],
  ['LoRA on the five default targets, 32 bits', adapters.lora, false],
  ['BitFit, 8 bits', adapters.bitfit, true],
  ['Houlsby, 8 bits', adapters.houlsby, true],
];

export interface TimedStep {
  readonly name: string;
  /** The quickest, in milliseconds. */
  readonly ms: number;
  /** Median over the rounds, each beside PyTorch's step of the round. */
  readonly ofTorch: number;
  /** Of the peak that a chain of 32-bit products reaches. */
  readonly ofPeak: number;
}

/** @returns ours, then PyTorch's; and the peak in operations a second */
export async function timeSteps(rounds: number): Promise<{ timed: TimedStep[]; peak: number }> {
  const encoder = await loadEncoder(join(repository, 'models', 'all-MiniLM-L6-v2'));
  const ours: TrainingStep[] = [];
  for (const [, adapterOf, eightBit] of steps)
    ours.push(await TrainingStep.create(soloStep(encoder, adapterOf, shape), eightBit));
  const torch = TorchStep.create(shape, defaultThreads());
  const products = await MatmulPeak.create(shape.batch * shape.tokens);
  const times = ours.map((): number[] => []);
  const torchTimes: number[] = [];
  let peak = 0;
  for (let round = -2; round < rounds; round++) {
    // The first rounds warm up. Each of ours beside its own step of the peer's: what disturbs one disturbs the other.
    const measured: number[] = [];
    for (const step of ours) measured.push(await step.run());
    const peer = await torch.run();
    const flops = await products.run();
    if (round < 0) continue;
    measured.forEach((ms, i) => times[i]?.push(ms));
    torchTimes.push(peer);
    peak = Math.max(peak, flops);
  }
  torch.dispose();
  await Promise.all([...ours.map((step) => step.dispose()), products.dispose()]);

  const timedStep = (name: string, own: readonly number[]): TimedStep => ({
    name,
    ms: Math.min(...own),
    ofTorch: median(own.map((ms, round) => ms / (torchTimes[round] ?? NaN))),
    ofPeak: (productsOfStep(encoder, shape) * 1000) / Math.min(...own) / peak,
  });
  const timed = steps.map(([name], i) => timedStep(name, times[i] ?? []));
  return {
    timed: [...timed, timedStep(`PyTorch ${TorchStep.version()}, LoRA on query and value`, torchTimes)],
    peak,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
