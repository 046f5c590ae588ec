/** Labels in the order that the product asks for, beside labels in random order; both judged by the same regression. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accuracyAndF1, argmaxRows, oneHotRows } from '../../../extension/engine/assess/metrics';
import { chooseNext } from '../../../extension/engine/explore/chooseNext';
import { quickBeliefs } from '../../../extension/engine/explore/quickBeliefs';
import { LogisticRegression } from '../../../extension/engine/learn/logisticRegression';
import { Random } from '../../../extension/engine/learn/random';
import { pickRows, type Vectors } from '../../../extension/engine/learn/vectors';
import { testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { deviation, mean, readRows } from './benchmarkSets';
import { percent } from './figures';
import { embed } from './regression';

const sets = ['ag_news', 'banking77', 'trec6'];
const seeds = [1, 2, 3, 4, 5];
const labelsOfClass = 10;
/** Texts of the pool that a seed draws. */
const poolTexts = 5000;
/** The judge's inverse strength of penalty. */
const c = 10;

interface Embedded {
  readonly vectors: Vectors;
  readonly labels: readonly string[];
}

/** Which label each order asks for; by the labels' own text. */
type Order = (pool: Embedded, labels: readonly string[], budget: number) => Promise<readonly number[]>;

/** The texts stand in random order already. */
const randomOrder: Order = (_, __, budget) =>
  Promise.resolve(Array.from({ length: budget }, (___, text) => text));

/** In batches as a person labels them, from none, learning of the classes as they come. */
const productOrder: Order = async (pool, labels, budget) => {
  const batch = Math.max(10, Math.round(labels.length / 2));
  const labelled: number[] = [];
  while (labelled.length < budget) {
    const seen = [...new Set(labelled.map((text) => pool.labels[text] as string))].sort();
    const given = new Array<number | undefined>(pool.labels.length).fill(undefined);
    for (const text of labelled) given[text] = seen.indexOf(pool.labels[text] as string);
    const known = { vectors: pool.vectors, given, labels: seen };
    const beliefs = (texts: readonly number[]): ReturnType<typeof quickBeliefs> => quickBeliefs(known, texts);
    const count = Math.min(batch, budget - labelled.length);
    const chosen = await chooseNext({ ...known, beliefs }, count, () => Promise.resolve());
    labelled.push(...chosen.map(({ text }) => text));
  }
  return labelled;
};

/** On each set, the product's order is ahead of random order by more than either spreads over the seeds. */
export async function labellingOrder(): Promise<Measured> {
  const parts: string[] = [];
  let ok = true;
  for (const set of sets) {
    const pool = await embedded(set, 'pool');
    const test = await embedded(set, 'test');
    const labels = [...new Set(pool.labels)].sort();
    const scores = { product: [] as number[], random: [] as number[] };
    for (const seed of seeds) {
      const drawn = part(
        pool,
        Random.of(seed, 'pool')
          .shuffle([...pool.labels.keys()])
          .slice(0, poolTexts),
      );
      const budget = labelsOfClass * labels.length;
      scores.random.push(await judge(part(drawn, await randomOrder(drawn, labels, budget)), test, labels));
      scores.product.push(await judge(part(drawn, await productOrder(drawn, labels, budget)), test, labels));
    }
    const spread = Math.max(deviation(scores.product), deviation(scores.random));
    ok &&= mean(scores.product) - mean(scores.random) > spread;
    parts.push(`${set} ${said(scores.product)} (random order ${said(scores.random)})`);
  }
  return { figure: `macro F1 with ${labelsOfClass} labels a class: ${parts.join(', ')}`, ok };
}

function said(scores: readonly number[]): string {
  return `${percent(mean(scores))} ± ${percent(deviation(scores))}`;
}

function part({ vectors, labels }: Embedded, texts: readonly number[]): Embedded {
  return { vectors: pickRows(vectors, texts), labels: texts.map((text) => labels[text] as string) };
}

/** Macro F1 on the test of logistic regression that has learned from these texts. */
async function judge(learned: Embedded, test: Embedded, labels: readonly string[]): Promise<number> {
  const numbers = (texts: Embedded): number[] => texts.labels.map((label) => labels.indexOf(label));
  const targets = oneHotRows(numbers(learned), labels.length);
  const regression = await LogisticRegression.fit(learned.vectors, targets, { c });
  const answers = argmaxRows(regression.logits(test.vectors));
  return accuracyAndF1(answers, numbers(test), labels.length).macroF1;
}

/** Embedded once, and kept for the next measurement. */
async function embedded(set: string, file: 'pool' | 'test'): Promise<Embedded> {
  const rows = await readRows(set, file);
  const labels = rows.map(({ label = '' }) => label);
  const folder = join(testOutput, 'accept', 'embedded');
  const path = join(folder, `${set}-${file}.f32`);
  if (existsSync(path)) {
    const bytes = await readFile(path);
    const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return { vectors: { size: data.length / rows.length, data }, labels };
  }
  const vectors = await embed(rows, true);
  await mkdir(folder, { recursive: true });
  await writeFile(path, vectors.data);
  return { vectors, labels };
}
