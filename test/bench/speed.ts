/** `npm run bench:speed`: training and reading, ours beside the peers' in one run. */
import { givenRows, readRows, runSplit } from '../accept/lines/benchmarkSets';
import { shape, timeSteps } from './besideTorch';
import { miniLmReader, peerBatch, studentReader, timeReaders } from './inference';
import { fastTextReader } from './peers/fastText';
import { machine, table, writeSection } from './section';

const stepRounds = 12;
const readingRounds = 3;
const textCount = 512;

const sections = [await training(), await reading()].join('\n\n');
console.log(sections);
await writeSection('bench:speed', sections);

async function training(): Promise<string> {
  const { timed, peak } = await timeSteps(stepRounds);
  const rows = timed.map(({ name, ms, ofTorch, ofPeak }) => [
    name,
    `${ms.toFixed(0)} ms`,
    ofTorch.toFixed(2),
    `${(100 * ofPeak).toFixed(0)} %`,
  ]);
  return [
    `${shape.layers} layers, width 384, ${shape.batch} x ${shape.tokens} tokens; ${stepRounds} rounds, each step beside the`,
    `others in turn. ${machine}; the peak is what a chain of 32-bit matrix products reaches in the same rounds,`,
    `${(peak / 1e9).toFixed(0)} GFLOP/s. With products in 8 bits the share can exceed 100 %.`,
    '',
    table(['a training step', 'quickest', "of PyTorch's time", 'of the peak'], rows),
  ].join('\n');
}

async function reading(): Promise<string> {
  const texts = (await readRows('ag_news', 'test')).slice(0, textCount).map(({ text }) => text);
  const three = await runSplit('ag_news', '10-1');
  const one = await runSplit('ag_news', '10-1', '--students', '0');
  const readers = [
    await miniLmReader('fp32'),
    await miniLmReader('q8'),
    await studentReader('student of three layers, 32 bits', three.modelDir, 'fp32'),
    await studentReader('the same, small file', three.modelDir, 'quantised'),
    await studentReader('student of one layer, small file', one.modelDir, 'quantised'),
    await fastTextReader(await givenRows('ag_news', '10-1')),
  ];
  const times = await timeReaders(readers, texts, readingRounds).finally(() =>
    Promise.all(readers.map((reader) => reader.dispose())),
  );
  const [peer = NaN] = times;
  const rows = times.map((ms, i) => [
    readers[i]?.name ?? '',
    ((1000 * textCount) / ms).toFixed(0),
    `x ${(peer / ms).toFixed(1)}`,
  ]);
  return [
    `${textCount} texts of AG News's test, transformers.js in batches of ${peerBatch}; ${readingRounds} rounds in turn, the quickest of`,
    'each. The students and fastText learned from ten labels a class.',
    '',
    table(['a reader', 'texts a second', 'as fast as transformers.js'], rows),
  ].join('\n');
}
