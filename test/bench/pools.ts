/** `npm run bench:pools`: time and memory of a training by the number of its texts, as a table and drawn. */
import { trainOnPool } from '../accept/lines/scale';
import { machine, table, writeSection } from './section';

const sizes = [1_000, 10_000, 100_000, 1_000_000];

const runs = [];
for (const texts of sizes) {
  const { ms, peakMemoryBytes, counts } = await trainOnPool(texts);
  runs.push({ texts, seconds: ms / 1000, megabytes: peakMemoryBytes / 1e6, leftOut: counts.leftOut ?? 0 });
  console.log(runs.at(-1));
}

const number = (x: number): string => Math.round(x).toLocaleString('en');
const section = [
  `Short texts of three classes, ten labels a class, \`nanonet train\` from the file to the model. ${machine}.`,
  '',
  table(
    ['texts', 'time', 'peak memory', 'left out'],
    runs.map(({ texts, seconds, megabytes, leftOut }) => [
      number(texts),
      `${number(seconds)} s`,
      `${number(megabytes)} MB`,
      number(leftOut),
    ]),
  ),
  '',
  chart(
    'Seconds',
    runs.map(({ seconds }) => seconds),
  ),
  '',
  chart(
    'Megabytes at most',
    runs.map(({ megabytes }) => megabytes),
  ),
].join('\n');
console.log(section);
await writeSection('bench:pools', section);

/** A Mermaid chart, which GitHub and VS Code's preview draw. */
function chart(title: string, values: readonly number[]): string {
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title} by texts"`,
    `  x-axis [${sizes.map((size) => `"${number(size)}"`).join(', ')}]`,
    `  y-axis "${title}" 0 --> ${Math.ceil(Math.max(...values) * 1.1)}`,
    `  bar [${values.map((value) => Math.round(value)).join(', ')}]`,
    '```',
  ].join('\n');
}
