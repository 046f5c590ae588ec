import { beforeAll, describe, expect, it } from 'vitest';
import type { ExitHead } from '../../../extension/engine/deploy/earlyExit';
import { studentGraph } from '../../../extension/engine/deploy/studentGraph';
import { tokenFeeds, type Window } from '../../../extension/engine/encoders/tokenBatches';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Random } from '../../../extension/engine/learn/random';
import { Session } from '../../../extension/engine/runtime/session';
import { floats } from '../../../extension/engine/runtime/tensor';
import { loadMiniLm, type MiniLm } from '../encoders/minilm';
import { mails, trainedModel, type TrainedModel } from './trained';

const classes = 3;
let base: MiniLm;
let model: TrainedModel;
let windows: Window[];
let head: Omit<ExitHead, 'threshold'>;

beforeAll(async () => {
  base = await loadMiniLm();
  model = await trainedModel(base, 'lora', { layers: [0, 2] });
  windows = (await mails(4)).map(({ text }) => base.tokenizer.windows(text, 64)[0] ?? []);
  const random = Random.of('exit');
  const size = base.encoder.hiddenSize * classes;
  head = {
    weight: Float32Array.from({ length: size }, () => random.normal()),
    bias: new Float32Array(classes),
  };
});

/** Logits of each window, all read as one batch. */
async function logits(read: readonly Window[], exit?: ExitHead): Promise<number[][]> {
  const { graph } = studentGraph({ ...model, exit });
  const session = await Session.create(modelBytes(graph), { device: 'cpu' });
  try {
    const outputs = await session.run(tokenFeeds(read, base.tokenizer.padId));
    const all = floats(outputs['logits']);
    return read.map((_, row) => [...all.subarray(row * classes, (row + 1) * classes)]);
  } finally {
    await session.dispose();
  }
}

const sureness = (row: readonly number[]): number => {
  const most = Math.max(...row);
  return 1 / row.reduce((sum, x) => sum + Math.exp(x - most), 0);
};

function expectClose(a: readonly number[] | undefined, b: readonly number[] | undefined): void {
  expect(a).toHaveLength(classes);
  a?.forEach((x, i) => expect(x).toBeCloseTo(b?.[i] ?? NaN, 4));
}

describe('a student with an early exit', () => {
  it('answers as one without where nothing leaves', async () => {
    const [plain, exiting] = [await logits(windows), await logits(windows, { ...head, threshold: 2 })];
    plain.forEach((row, i) => expectClose(exiting[i], row));
  });

  it('answers with the head where it is sure, and with the layers elsewhere, alone as among others', async () => {
    const plain = await logits(windows);
    // A bar that all pass: every answer is the head's.
    const early = await logits(windows, { ...head, threshold: 0 });
    const sure = early.map(sureness).toSorted((a, b) => a - b);
    const threshold = ((sure[5] ?? NaN) + (sure[6] ?? NaN)) / 2;
    const mixed = await logits(windows, { ...head, threshold });
    const left = early.map((row) => sureness(row) > threshold);
    expect(left.filter(Boolean)).toHaveLength(windows.length - 6);
    for (const [i, row] of mixed.entries()) {
      expectClose(row, left[i] ? early[i] : plain[i]);
      expectClose((await logits([windows[i] ?? []], { ...head, threshold }))[0], row);
    }
  });
});
