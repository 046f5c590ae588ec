import { describe, expect, it } from 'vitest';
import { oneHotRows, softmaxRows } from '../../../extension/engine/assess/metrics';
import { LogisticRegression } from '../../../extension/engine/learn/logisticRegression';
import { Random } from '../../../extension/engine/learn/random';

describe('LogisticRegression', () => {
  it('has the gradient zero where scikit-learn has it: penalty and errors balance', async () => {
    const random = Random.of('regression');
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    const data = Float32Array.from(
      labels.flatMap((c) => [0, 1, 2].map((j) => (j === c ? 1 : 0) + random.normal())),
    );
    const vectors = { size: 3, data };
    const model = await LogisticRegression.fit(vectors, oneHotRows(labels, 3));
    const { data: logits } = model.logits(vectors);
    const hits = labels.filter((c, i) =>
      [0, 1, 2].every((k) => (logits[i * 3 + c] ?? 0) >= (logits[i * 3 + k] ?? 0)),
    );
    expect(hits.length / labels.length).toBeGreaterThan(0.5);
    // The intercept carries no penalty, so at the minimum predicted class masses equal the given ones.
    const mass = [0, 0, 0];
    labels.forEach((_, i) => {
      const e = [0, 1, 2].map((k) => Math.exp(logits[i * 3 + k] ?? 0));
      const sum = e.reduce((a, b) => a + b, 0);
      e.forEach((v, k) => (mass[k] = (mass[k] ?? 0) + v / sum));
    });
    for (const m of mass) expect(m).toBeCloseTo(20, 1);
    // As a layer it says the same.
    const { weight, bias } = model.layer;
    const first = [0, 1, 2].map((k) =>
      [0, 1, 2].reduce((a, j) => a + (data[j] ?? 0) * (weight[j * 3 + k] ?? 0), bias[k] ?? 0),
    );
    first.forEach((logit, k) => expect(logit).toBeCloseTo(logits[k] ?? NaN, 4));
  });

  it('learns from soft labels what they say', async () => {
    const vectors = { size: 1, data: Float32Array.from([-1, -1, 1, 1]) };
    const soft = { classes: 2, data: Float32Array.from([0.8, 0.2, 0.8, 0.2, 0.3, 0.7, 0.3, 0.7]) };
    const model = await LogisticRegression.fit(vectors, soft, { c: 1e6 });
    const { data: learned } = softmaxRows(model.logits(vectors));
    soft.data.forEach((share, i) => expect(learned[i]).toBeCloseTo(share, 3));
  });
});
