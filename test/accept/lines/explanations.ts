/** Deletion test (as in DeYoung et al. 2020): without the words that are said to have decided, the answer has to waver. */
import { TextExplainer } from '../../../extension/engine/explain/textExplainer';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { Random } from '../../../extension/engine/learn/random';
import type { TextRange } from '../../../extension/protocol/engineApi';
import type { Measured } from '../framework';
import { deviation, mean, readRows, runSplit } from './benchmarkSets';
import { percent } from './figures';

const count = 200;
const share = 0.1;
const draws = 5;
/** Standard errors of the mean difference. */
const leastErrors = 4;

export async function deletedWords(): Promise<Measured> {
  const { modelDir } = await runSplit('ag_news', '10-1');
  const rows = await readRows('ag_news', 'test');
  const texts = rows.slice(0, count).map(({ text }) => text);
  const { decisive, random } = await drops(modelDir, texts);
  const differences = decisive.map((drop, i) => drop - (random[i] as number));
  const error = deviation(differences) / Math.sqrt(count);
  const errors = mean(differences) / error;
  return {
    figure:
      `without the ${percent(share)} of the words that weigh most, the score of ${count} answers falls by ${percent(mean(decisive))}, ` +
      `without as many random ones by ${percent(mean(random))}: ${errors.toFixed(1)} standard errors apart (at least ${leastErrors})`,
    ok: errors >= leastErrors,
  };
}

/** How far the score of the predicted label falls, of each text: without the words that weigh most, and without random ones. */
export async function drops(
  modelDir: string,
  texts: readonly string[],
): Promise<{ decisive: number[]; random: number[] }> {
  const explainer = await TextExplainer.load(modelDir);
  const classifier = await TextClassifier.load(modelDir, 'cpu');
  const decisive: number[] = [];
  const random: number[] = [];
  try {
    for (const [i, text] of texts.entries()) {
      const { label, words } = await explainer.explain(text);
      const number = Math.max(1, Math.round(share * words.length));
      const most = [...words].sort((a, b) => b.weight - a.weight).slice(0, number);
      const drawn = Array.from({ length: draws }, (_, draw) =>
        Random.of(i, draw, 'deleted').shuffle(words).slice(0, number),
      );
      const asked = [text, ...[most, ...drawn].map((ranges) => without(text, ranges))];
      const { classes, data } = await classifier.probabilities(asked);
      const at = classifier.labels.indexOf(label);
      const [whole = 0, first = 0, ...others] = asked.map((_, row) => data[row * classes + at] as number);
      decisive.push(whole - first);
      random.push(whole - mean(others));
    }
  } finally {
    await explainer.dispose();
    await classifier.dispose();
  }
  return { decisive, random };
}

function without(text: string, ranges: readonly TextRange[]): string {
  return [...ranges]
    .sort((a, b) => b.start - a.start)
    .reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}
