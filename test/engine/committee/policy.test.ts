import { expect, it } from 'vitest';
import { gradients } from '../../../extension/engine/autodiff/gradients';
import { policyLogs, policyLoss, policyOf } from '../../../extension/engine/committee/policy';
import { Graph } from '../../../extension/engine/graph/graph';
import { reduceSum } from '../../../extension/engine/graph/reduce';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Random } from '../../../extension/engine/learn/random';
import { Session } from '../../../extension/engine/runtime/session';
import { f32, floats, largestDifference } from '../../../extension/engine/runtime/tensor';
import { derivative } from '../autodiff/differences';

const batch = 4;
const classes = 5;
const actions = classes + 1;

/** Logits of a few texts, a policy that has moved away from the one that sampled, and groups of samples. */
function sampled() {
  const random = Random.of('policy');
  const numbers = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => scale * random.normal());
  const logits = numbers(batch * classes, 1);
  const abstain = Float32Array.of(-1.1);
  const near = (scale: number): Float32Array =>
    policyOf({ classes, data: logits.map((logit) => logit + scale * random.normal()) }, -1).data;
  const counts = Float32Array.from({ length: batch * actions }, () => random.int(3) / 8);
  return {
    logits,
    abstain,
    shares: counts,
    advantages: numbers(batch * actions, 1),
    // Far enough that some ratios are beyond the clip, on both sides.
    before: near(0.3),
    reference: near(0.5),
  };
}

async function lossSession(): Promise<Session> {
  const g = new Graph();
  const rows = (name: string) => g.input(name, 'float32', ['batch', actions]);
  const logits = g.input('logits', 'float32', ['batch', classes]);
  const abstain = g.input('abstain', 'float32', [1]);
  const inputs = {
    shares: rows('shares'),
    advantages: rows('advantages'),
    before: rows('before'),
    reference: rows('reference'),
  };
  const logs = policyLogs(g, logits, abstain);
  const { loss, divergence } = policyLoss(g, logs, inputs, { clip: 0.2, divergence: 0.1 });
  const [ofLogits, ofAbstain] = gradients(g, reduceSum(g, loss), [logits, abstain]);
  g.output(logs, 'logs');
  g.output(loss, 'loss');
  g.output(divergence, 'divergence');
  if (ofLogits) g.output(ofLogits, 'logits.gradient');
  if (ofAbstain) g.output(ofAbstain, 'abstain.gradient');
  return Session.create(modelBytes(g), { device: 'cpu', threads: 1 });
}

it('has the gradient of the clipped objective and of the divergence', async () => {
  const values = sampled();
  const session = await lossSession();
  try {
    const feeds = Object.fromEntries(
      Object.entries(values).map(([name, data]) => [
        name,
        f32(name === 'abstain' ? [1] : [batch, data.length / batch], data),
      ]),
    );
    const out = await session.run(feeds);
    const loss = async (): Promise<number> =>
      floats((await session.run(feeds))['loss']).reduce((a, b) => a + b, 0);
    const ratios = floats(out['logs']).map((log, i) => Math.exp(log - (values.before[i] ?? 0)));
    expect(ratios.some((ratio) => ratio > 1.2)).toBe(true);
    expect(ratios.some((ratio) => ratio < 0.8)).toBe(true);
    for (const [name, data] of [
      ['logits', values.logits],
      ['abstain', values.abstain],
    ] as const) {
      const ours = floats(out[`${name}.gradient`]);
      for (let i = 0; i < data.length; i++) {
        const step = await smooth(data, i, loss);
        if (step !== undefined) expect(ours[i]).toBeCloseTo(step, 2);
      }
    }
  } finally {
    await session.dispose();
  }
});

/** The derivative where the clip's edge does not lie between the points that it is taken from. */
async function smooth(data: Float32Array, i: number, f: () => Promise<number>): Promise<number | undefined> {
  const middle = data[i] ?? 0;
  const central = async (step: number): Promise<number> => {
    data[i] = middle + step;
    const ahead = await f();
    data[i] = middle - step;
    const behind = await f();
    data[i] = middle;
    return (ahead - behind) / (2 * step);
  };
  const [wide, narrow] = [await central(2 ** -6), await central(2 ** -7)];
  if (Math.abs(wide - narrow) > 2e-3) return undefined;
  return derivative(data, i, f);
}

it('is the same policy in the graph and in numbers, and sums to one', async () => {
  const { logits, abstain, ...rest } = sampled();
  const session = await lossSession();
  try {
    const rows = Object.fromEntries(
      Object.entries(rest).map(([name, data]) => [name, f32([batch, actions], data)]),
    );
    const out = await session.run({
      ...rows,
      logits: f32([batch, classes], logits),
      abstain: f32([1], abstain),
    });
    const own = policyOf({ classes, data: logits }, abstain[0] ?? 0).data;
    expect(largestDifference(floats(out['logs']), own)).toBeLessThan(1e-5);
    const sums = own.reduce((sum, log) => sum + Math.exp(log), 0);
    expect(sums).toBeCloseTo(batch, 4);
  } finally {
    await session.dispose();
  }
});

it('abstains the more, the less sure the labels are', () => {
  const of = (logits: number[]) =>
    Math.exp(policyOf({ classes: 3, data: Float32Array.from(logits) }, -1.4).data[3] ?? 0);
  expect(of([5, 0, 0])).toBeLessThan(of([1, 0, 0]));
  expect(of([1, 0, 0])).toBeLessThan(of([0, 0, 0]));
});

it('gains nothing beyond the clip', async () => {
  const session = await lossSession();
  try {
    const row = (values: readonly number[]) => f32([1, actions], Float32Array.from(values));
    const logits = [2, 0, 0, 0, 0];
    const now = policyOf({ classes, data: Float32Array.from(logits) }, -1).data;
    const feeds = (before: number) => ({
      logits: f32([1, classes], Float32Array.from(logits)),
      abstain: f32([1], Float32Array.of(-1)),
      shares: row([1, 0, 0, 0, 0, 0]),
      advantages: row([1, 0, 0, 0, 0, 0]),
      before: row([(now[0] ?? 0) - before, ...now.subarray(1)]),
      reference: row([...now]),
    });
    const loss = async (before: number) => floats((await session.run(feeds(before)))['loss'])[0];
    expect(await loss(Math.log(1.1))).toBeCloseTo(-1.1, 4);
    expect(await loss(Math.log(1.5))).toBeCloseTo(-1.2, 4);
    const { divergence } = await session.run(feeds(0));
    expect(floats(divergence)[0]).toBeCloseTo(0, 5);
  } finally {
    await session.dispose();
  }
});
