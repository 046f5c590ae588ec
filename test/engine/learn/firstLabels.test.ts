import { describe, expect, it } from 'vitest';
import { argmaxRows, oneHotRows, softmaxRows, type Scores } from '../../../extension/engine/assess/metrics';
import { labelledTexts } from '../../../extension/engine/learn/dataset';
import { firstLabels } from '../../../extension/engine/learn/firstLabels';
import { Random } from '../../../extension/engine/learn/random';
import { defaultRecipe } from '../../../extension/engine/learn/settings';
import { affinityOf } from '../../../extension/engine/learn/spreading';
import { normaliseRows, pickScores, type Vectors } from '../../../extension/engine/learn/vectors';
import type { Opinion } from '../../../extension/engine/learn/views/opinion';
import { viewsOf } from '../../../extension/engine/learn/views/views';

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
  names: [7, 8, 9].map((token) => ({ words: [[token]], texts: [[1, token, 2]] })),
  windows: truth.map(() => [[1, 2]]),
  given: truth.map((label, i) => (i < 15 ? label : undefined)),
  places: [],
  leftOut: 0,
  meanTokens: 2,
  digest: '',
  windowsDigest: '',
};
const affinity = affinityOf(nearest(vectors));
/** Names that mean nothing: each the mean of all texts. */
const named = { size, data: Float32Array.from({ length: classes * size }, () => 1 / Math.sqrt(size)) };
const also = { named, beginnings: undefined };
const around = {
  dataset,
  vectors,
  affinity,
  views: viewsOf(dataset, vectors, also, affinity, 1),
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

/** A teacher that was asked of the labelled texts before it learned from them. */
function teacher(answers: Scores): Opinion {
  return { id: 'teacher', answers, heldOut: pickScores(answers, labelledTexts(dataset)) };
}

const right = (scores: Scores) => argmaxRows(scores).filter((c, i) => c === truth[i]).length / count;

describe('firstLabels', () => {
  it('mends the errors of a teacher whose answers its neighbours share', async () => {
    const answers = answersRight(0.93);
    let pauses = 0;
    const { spread, trust } = await firstLabels(around, teacher(answers), () =>
      Promise.resolve(void (pauses += 1)),
    );
    expect(trust).toBe(1);
    expect(1 - right(spread)).toBeLessThan(0.75 * (1 - right(answers)));
    expect(pauses).toBeGreaterThan(2);
    for (let i = 0; i < spread.data.length; i += classes) {
      expect(spread.data.subarray(i, i + classes).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
  });

  it('hears a teacher less that is wrong about the texts that it did not learn from', async () => {
    const wrong = answersRight(0);
    const { spread } = await firstLabels(around, teacher(wrong), () => Promise.resolve());
    expect(right(wrong)).toBeLessThan(0.5);
    expect(right(spread)).toBeGreaterThan(0.8);
  });

  it('leaves what all views say as it is where neighbours do not share it', async () => {
    const random = Random.of('strangers');
    const strangers = affinityOf({
      k: 10,
      indices: Int32Array.from({ length: count * 10 }, () => random.int(count)),
      similarities: new Float32Array(count * 10).fill(0.5),
    });
    const among = { ...around, affinity: strangers, views: viewsOf(dataset, vectors, also, strangers, 1) };
    const { spread, calibrated, trust } = await firstLabels(among, teacher(answersRight(0.93)), () =>
      Promise.resolve(),
    );
    expect(trust).toBe(0);
    expect(argmaxRows(spread)).toEqual(argmaxRows(calibrated));
  });

  it('needs no teacher', async () => {
    const { spread, calibrated } = await firstLabels(around, undefined, () => Promise.resolve());
    expect(right(spread)).toBeGreaterThan(0.8);
    expect(right(calibrated)).toBeGreaterThan(0.8);
  });

  it('labels by their neighbours what the teacher was not asked of', async () => {
    const answers = answersRight(0.93);
    const asked = truth.map((_, i) => i % 3 !== 0);
    const some = { classes, data: answers.data.map((x, i) => (asked[Math.floor(i / classes)] ? x : 0)) };
    const { spread, trust } = await firstLabels(around, teacher(some), () => Promise.resolve());
    expect(trust).toBe(1);
    expect(right(spread)).toBeGreaterThan(right(answers));
  });

  it('can be cancelled between two rounds', async () => {
    const cancel = () => Promise.reject(new Error('cancelled'));
    await expect(firstLabels(around, teacher(answersRight(0.93)), cancel)).rejects.toThrow('cancelled');
  });
});
