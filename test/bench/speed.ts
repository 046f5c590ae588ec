/** `npm run bench:speed`: a training step beside PyTorch's and beside the machine's peak. */
import { cpus } from 'node:os';
import { defaultThreads } from '../../extension/engine/runtime/session';
import { shape, timeSteps } from './besideTorch';
import { writeSection } from './section';

const rounds = 12;

const { timed, peak } = await timeSteps(rounds);
const table = [
  ['a training step', 'quickest', "of PyTorch's time", 'of the peak'],
  ['---', '---', '---', '---'],
  ...timed.map(({ name, ms, ofTorch, ofPeak }) => [
    name,
    `${ms.toFixed(0)} ms`,
    ofTorch.toFixed(2),
    `${(100 * ofPeak).toFixed(0)} %`,
  ]),
].map((row) => `| ${row.join(' | ')} |`);
const text = [
  `${shape.layers} layers, width 384, ${shape.batch} x ${shape.tokens} tokens; ${rounds} rounds, each step beside the`,
  `others in turn. ${cpus()[0]?.model.trim() ?? 'Unknown processor'}, ${defaultThreads()} threads, Node ${process.versions.node}; the`,
  `peak is what a chain of 32-bit matrix products reaches in the same rounds, ${(peak / 1e9).toFixed(0)} GFLOP/s. With products in 8 bits`,
  'the share can exceed 100 %.',
].join('\n');
console.log(`${text}\n\n${table.join('\n')}`);
await writeSection('bench:speed', `${text}\n\n${table.join('\n')}`);
