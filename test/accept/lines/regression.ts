import { join } from 'node:path';
import { accuracy, argmaxRows, oneHotRows } from '../../../extension/engine/assess/metrics';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { embedWindows } from '../../../extension/engine/learn/embedding';
import { LogisticRegression } from '../../../extension/engine/learn/logisticRegression';
import { defaultRecipe } from '../../../extension/engine/learn/settings';
import type { Vectors } from '../../../extension/engine/learn/vectors';
import { repository } from '../../editor/harness/places';
import { givenRows, readRows } from './benchmarkSets';

const base = join(repository, 'models', 'all-MiniLM-L6-v2');
const tests = new Map<string, Promise<Vectors>>();

/** Accuracy of logistic regression on frozen embeddings of a split's labels, on the full test. */
export async function regressionAccuracy(set: string, split: string): Promise<number> {
  const given = await givenRows(set, split);
  const test = await readRows(set, 'test');
  const labels = [...new Set(given.map(({ label }) => label))];
  const classOf = ({ label }: { label?: string }): number => labels.indexOf(label);
  const embedded = tests.get(set) ?? embed(test);
  tests.set(set, embedded);
  const regression = await LogisticRegression.fit(
    await embed(given),
    oneHotRows(given.map(classOf), labels.length),
  );
  return accuracy(argmaxRows(regression.logits(await embedded)), test.map(classOf));
}

/** Frozen embeddings. @param eightBit as the product's own, in 8 bits */
export async function embed(rows: readonly { readonly text: string }[], eightBit = false): Promise<Vectors> {
  const tokenizer = await Tokenizer.load(base);
  const windows = rows.map(({ text }) => tokenizer.windows(text, defaultRecipe.windowTokens));
  const place = { padId: tokenizer.padId, device: 'cpu', eightBit } as const;
  return embedWindows(await loadEncoder(base), windows, place, new AbortController().signal);
}
