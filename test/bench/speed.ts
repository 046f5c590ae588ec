/** `npm run bench:speed`: a training step beside PyTorch's and beside the machine's peak, in turn, in one run. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { loadEncoder } from '../../extension/engine/encoders/encoder';
import { adapters, type AdapterFactory } from '../../extension/engine/peft/adapter';
import { lora } from '../../extension/engine/peft/lora';
import { soloStep } from '../../extension/engine/learn/soloStep';
import { defaultThreads } from '../../extension/engine/runtime/session';
import { repository } from '../editor/harness/places';
import { MatmulPeak } from './matmulPeak';
import { TorchStep } from './peers/torchStep';
import { writeSection } from './section';
import { productsOfStep, TrainingStep } from './trainingStep';

const shape = { layers: 6, batch: 16, tokens: 64 };
const rounds = 12;

const encoder = await loadEncoder(join(repository, 'models', 'all-MiniLM-L6-v2'));
const queryAndValue: AdapterFactory = (encoder, layers) =>
  lora(encoder, layers, { targets: ['query', 'value'] });
const step = (adapterOf: AdapterFactory, eightBit: boolean): Promise<TrainingStep> =>
  TrainingStep.create(soloStep(encoder, adapterOf, shape), eightBit);

const ours = [
  { name: 'LoRA on query and value, 32 bits', step: await step(queryAndValue, false) },
  { name: 'LoRA on query and value, forward in 8 bits', step: await step(queryAndValue, true) },
  { name: 'LoRA on the five default targets, 32 bits', step: await step(adapters.lora, false) },
  { name: 'LoRA on the five default targets, forward in 8 bits', step: await step(adapters.lora, true) },
  { name: 'BitFit, forward in 8 bits', step: await step(adapters.bitfit, true) },
  { name: 'Houlsby, forward in 8 bits', step: await step(adapters.houlsby, true) },
];
const torch = TorchStep.create(shape, defaultThreads());
const peak = await MatmulPeak.create(shape.batch * shape.tokens);

const times = ours.map((): number[] => []);
const torchTimes: number[] = [];
const peaks: number[] = [];
for (let round = -2; round < rounds; round++) {
  // The first rounds warm up. Each of ours beside its own step of the peer's: what disturbs one disturbs the other.
  const measured: number[] = [];
  for (const { step } of ours) measured.push(await step.run());
  const peer = await torch.run();
  const flops = await peak.run();
  if (round < 0) continue;
  measured.forEach((ms, i) => times[i]?.push(ms));
  torchTimes.push(peer);
  peaks.push(flops);
}
torch.dispose();
await Promise.all([...ours.map(({ step }) => step.dispose()), peak.dispose()]);

const most = Math.max(...peaks);
const share = (ms: number): string => percent((productsOfStep(encoder, shape) * 1000) / ms / most);
const rows = ours.map(({ name }, i) => {
  const own = times[i] ?? [];
  const ratio = median(own.map((ms, round) => ms / (torchTimes[round] ?? NaN)));
  return [name, milliseconds(Math.min(...own)), ratio.toFixed(2), share(Math.min(...own))];
});
rows.push([
  `PyTorch ${TorchStep.version()}, LoRA on query and value`,
  milliseconds(Math.min(...torchTimes)),
  '1',
  share(Math.min(...torchTimes)),
]);
const table = [
  ['a training step', 'quickest', "of PyTorch's time", 'of the peak'],
  ['---', '---', '---', '---'],
  ...rows,
].map((row) => `| ${row.join(' | ')} |`);
const text = [
  `${shape.layers} layers, width ${encoder.hiddenSize}, ${shape.batch} x ${shape.tokens} tokens; ${rounds} rounds, each step beside the`,
  `others in turn. ${cpus()[0]?.model.trim() ?? 'Unknown processor'}, ${defaultThreads()} threads, Node ${process.versions.node}; the`,
  `peak is what a chain of 32-bit matrix products reaches in the same rounds, ${(most / 1e9).toFixed(0)} GFLOP/s. With products in 8 bits`,
  'the share can exceed 100 %.',
].join('\n');
console.log(`${text}\n\n${table.join('\n')}`);
await writeSection('bench:speed', `${text}\n\n${table.join('\n')}`);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
