import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportModel } from '../../../extension/engine/deploy/exportModel';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { softmaxRows } from '../../../extension/engine/assess/metrics';
import { Session } from '../../../extension/engine/runtime/session';
import { loadMiniLm, type MiniLm } from '../encoders/minilm';
import { transformersParity } from '../transformersParity';
import { mailLabels, mails, trainedModel, trainingLogits, type Mail } from './trained';

let base: MiniLm;
let folder: string;
let examples: Mail[];
let texts: string[];

beforeAll(async () => {
  base = await loadMiniLm();
  folder = await mkdtemp(join(tmpdir(), 'nanonet-deploy-'));
  examples = await mails(40);
  texts = (await mails(16, 100)).map(({ text }) => text);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(Session.live).toBe(0);
});

describe.each(['lora', 'bitfit', 'houlsby'] as const)('a student with %s', (kind) => {
  it('answers as it did while it learned, with the temperature in its head', async () => {
    const model = await trainedModel(base, kind, { examples });
    const dir = join(folder, kind);
    await exportModel({ ...model, baseDir: base.dir }, dir);

    const windows = texts.map((text) => base.tokenizer.windows(text, 128)[0] ?? []);
    const logits = await trainingLogits(base.encoder, model.member, model.parameters, windows);
    const expected = softmaxRows({ classes: mailLabels.length, data: logits }, model.temperature);
    const classifier = await TextClassifier.load(dir, 'cpu');
    const { scores, windows: counts } = await classifier.read(texts);
    await classifier.dispose();

    let compared = 0;
    counts.forEach((count, row) => {
      if (count > 1) return;
      compared += 1;
      for (let c = 0; c < scores.classes; c++) {
        const at = row * scores.classes + c;
        expect(Math.abs((scores.data[at] ?? NaN) - (expected.data[at] ?? NaN))).toBeLessThan(1e-4);
      }
    });
    expect(compared).toBeGreaterThan(20);
  });

  it('answers the same in transformers.js', async () => {
    const dir = join(folder, kind);
    const parity = await transformersParity(dir, texts);
    expect(parity.compared).toBeGreaterThan(20);
    expect(parity.sameLabel).toBe(parity.compared);
    expect(parity.scoreDifference).toBeLessThan(1e-4);
  });
});
