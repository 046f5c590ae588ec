import { describe, expect, it } from 'vitest';
import { argmaxRows, oneHotRows, softmaxRows, type Scores } from '../../../extension/engine/assess/metrics';
import { labelledTexts } from '../../../extension/engine/learn/dataset';
import { firstLabels, regressionOn } from '../../../extension/engine/learn/firstLabels';
import { Random } from '../../../extension/engine/learn/random';
import { defaultRecipe } from '../../../extension/engine/learn/settings';
import { affinityOf } from '../../../extension/engine/learn/spreading';
import { normaliseRows, type Vectors } from '../../../extension/engine/learn/vectors';

const classes = 3;
const size = 8;
const count = 300;
const truth = Array.from({ length: count }, (_, i) => i % classes);

/** Texts around three directions, so wide that some lie nearer to another class's. */
function texts(): Vectors {
  const random = Random.of('texts');
  const data = Float32Array.from({ length: count * size }, (_, i) => {
    const centre = i % size === truth[Math.floor(i / size)] ? 1.4 : 0;
    return centre + 0.5 * random.normal();
  });
  normaliseRows({ size, data });
  return { size, data };
}

function nearest({ data }: Vectors, k = 10) {
  const row = (i: number) => data.subarray(i * size, (i + 1) * size);
  const cosine = (i: number, j: number) => row(i).reduce((a, v, d) => a + v * (row(j)[d] ?? 0), 0);
  const near = truth.map((_, i) =>
    truth
      .map((_, j) => ({ j, similarity: j === i ? -Infinity : cosine(i, j) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, k),
  );
  return {
    k,
    indices: Int32Array.from(near.flat(), ({ j }) => j),
    similarities: Float32Array.from(near.flat(), ({ similarity }) => similarity),
  };
}

const vectors = texts();
const dataset = {
  labels: ['a', 'b', 'c'],
  windows: truth.map(() => [[1, 2]]),
  given: truth.map((label, i) => (i < 15 ? label : undefined)),
  leftOut: 0,
  meanTokens: 2,
  digest: '',
  windowsDigest: '',
};
const around = {
  dataset,
  vectors,
  affinity: affinityOf(nearest(vectors)),
  regression: await regressionOn(dataset, vectors, labelledTexts(dataset)),
  recipe: defaultRecipe,
};

/** A teacher that is right on this share of the texts, at random. */
function answersRight(share: number): Scores {
  const random = Random.of('answers', share);
  return softmaxRows(
    oneHotRows(
      truth.map((label) => (random.uniform() < share ? label : random.int(classes))),
      classes,
    ),
    0.5,
  );
}

const right = (scores: Scores) => argmaxRows(scores).filter((c, i) => c === truth[i]).length / count;

describe('firstLabels', () => {
  it('mends the errors of a teacher whose answers its neighbours share', async () => {
    const answers = answersRight(0.93);
    let pauses = 0;
    const { spread, trust } = await firstLabels(around, answers, () => Promise.resolve(void (pauses += 1)));
    expect(trust).toBe(1);
    expect(1 - right(spread)).toBeLessThan(0.75 * (1 - right(answers)));
    expect(pauses).toBeGreaterThan(2);
    for (let i = 0; i < spread.data.length; i += classes) {
      expect(spread.data.subarray(i, i + classes).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
  });

  it('leaves the answers what they are where neighbours do not share them', async () => {
    const answers = answersRight(0.3);
    const { spread, trust } = await firstLabels(around, answers, () => Promise.reject(new Error('paused')));
    expect(trust).toBe(0);
    const kept = argmaxRows(spread).filter((c, i) => c === argmaxRows(answers)[i]).length;
    expect(kept / count).toBeGreaterThan(0.8);
  });

  it('labels by their neighbours what the teacher was not asked of', async () => {
    const answers = answersRight(0.93);
    const asked = truth.map((_, i) => i % 3 !== 0);
    const some = { classes, data: answers.data.map((x, i) => (asked[Math.floor(i / classes)] ? x : 0)) };
    const { spread, trust } = await firstLabels(around, some, () => Promise.resolve());
    expect(trust).toBe(1);
    expect(right(spread)).toBeGreaterThan(right(answers));
  });

  it('can be cancelled between two rounds', async () => {
    const cancel = () => Promise.reject(new Error('cancelled'));
    await expect(firstLabels(around, answersRight(0.93), cancel)).rejects.toThrow('cancelled');
  });
});
