import { expect, it } from 'vitest';
import { modelCardText, type ExportFacts, type ModelCard } from '../../../extension/engine/deploy/modelCard';
import type { SmallFileFigures } from '../../../extension/protocol/snapshot';
import { predictionOf } from '../../../extension/engine/deploy/prediction';

const card: ModelCard = {
  name: 'Post | *urgent*',
  counts: { labelled: 30, unlabelled: 412 },
  labelCounts: [
    { label: 'a|b', count: 10 },
    { label: '<b>', count: 20 },
  ],
  rows: [
    { id: 'student-1', name: 'Student 1, 3 layers', accuracy: 0.8651, macroF1: 0.86 },
    { id: 'regression', name: 'Logistic regression', accuracy: 0.765, macroF1: 0.76 },
  ],
  chosen: 'student-1',
  measuredOn: '12 held-out labels',
  recipe: { seed: 1, students: [[0, 1, 2]] },
  ece: 0.041,
};
const facts: ExportFacts = {
  manifest: {
    format: 1,
    createdAt: '2026-01-02T03:04:05.000Z',
    labels: ['a|b', '<b>'],
    windowTokens: 128,
    threshold: 0.6,
    temperature: 1.25,
    base: 'all-MiniLM-L6-v2',
  },
  base: { name: 'all-MiniLM-L6-v2', licence: 'apache-2.0' },
  exported: { sizeBytes: 69_000_000, quantisedBytes: 18_000_000 },
  layers: [0, 1, 2],
};

it('says what was learned from, how well, and how sure', () => {
  const text = modelCardText(card, facts);
  expect(text.split('\n').slice(0, 3)).toEqual([
    '---',
    'license: apache-2.0',
    'library_name: transformers.js',
  ]);
  expect(text).toContain('30 texts were labelled by a person; 412 without a label');
  expect(text).toContain('| **Student 1, 3 layers** (this model) | 86.5 % | 86.0 % |');
  expect(text).toContain('| Logistic regression | 76.5 % | 76.0 % |');
  expect(text).toContain('temperature 1.250');
  expect(text).toContain('Expected calibration error: 4.1 %.');
  expect(text).toContain('69.0 MB');
  expect(text).not.toContain('through the layers');
  expect(modelCardText(card, { ...facts, exitAt: 0.9 })).toMatch(/90\.0 % sure do not go through the layers/);
});

it('says what the few bits of the small file cost', () => {
  const result = {
    ...{ modelDir: '.', labels: [], rows: [], measuredOn: '', counts: card.counts },
    sizeBytes: 1,
  };
  const told = (smallFile: SmallFileFigures): string =>
    modelCardText(card, {
      ...facts,
      result: { ...result, ...{ docsPerSecond: 1, durationMs: 1, peakMemoryBytes: 1 }, smallFile },
    });
  expect(told({ texts: 200, sameLabel: 197 })).toContain(
    'The small file gives another label to 1.5 % of 200 texts than the 32-bit file; so much accuracy it loses at most.',
  );
  expect(told({ texts: 200, sameLabel: 197, accuracyLost: 0.005 })).toContain('its accuracy is 0.5 % lower.');
  expect(told({ texts: 200, sameLabel: 197, accuracyLost: -0.005 })).toContain(
    'its accuracy is 0.5 % higher.',
  );
  expect(modelCardText(card, facts)).not.toContain('gives another label');
});

it('cannot be broken by the names of labels', () => {
  const text = modelCardText(card, facts);
  expect(text).toContain('# Post \\| \\*urgent\\*');
  expect(text).toContain('| a\\|b | 10 |');
  expect(text).toContain('\\<b\\>');
  expect(text).not.toContain('<b>');
});

it('names the label, its runner-up, and whether it is unsure', () => {
  const manifest = { labels: ['a', 'b', 'c'], threshold: 0.5 };
  expect(predictionOf(Float32Array.of(0.25, 0.5, 0.25), manifest, 2)).toEqual({
    label: 'b',
    score: 0.5,
    runnerUp: { label: 'a', score: 0.25 },
    abstained: false,
    windows: 2,
  });
  expect(predictionOf(Float32Array.of(0.375, 0.25, 0.375), manifest, 1)).toMatchObject({
    label: 'a',
    runnerUp: { label: 'c' },
    abstained: true,
  });
  expect(predictionOf(Float32Array.of(1), { labels: ['a'], threshold: 0 }, 1).runnerUp).toBeUndefined();
});
