import { describe, expect, it } from 'vitest';
import { thresholdFor } from '../../extension/engine/assess/abstention';
import {
  accuracy,
  argmaxRows,
  confusionMatrix,
  expectedCalibrationError,
  macroF1,
  softmaxRows,
} from '../../extension/engine/assess/metrics';
import { fitTemperature } from '../../extension/engine/assess/temperature';
import { Random } from '../../extension/engine/learn/random';

describe('metrics', () => {
  it('counts the confusion and its F1', () => {
    const confusion = confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], 3);
    expect(confusion).toEqual([
      [1, 0, 0],
      [1, 2, 0],
      [0, 0, 0],
    ]);
    // Class 2 is neither there nor predicted: it does not pull the mean down.
    expect(macroF1(confusion)).toBeCloseTo((2 / 3 + 4 / 5) / 2);
    expect(accuracy([0, 0, 1, 1], [0, 1, 1, 1])).toBe(0.75);
    expect(accuracy([], [])).toBe(0);
  });

  it('takes the first class of equals', () => {
    expect(argmaxRows({ classes: 3, data: Float32Array.from([1, 1, 0, 0, 2, 2]) })).toEqual([0, 1]);
  });

  it('finds no calibration error where scores are shares, and a large one where they are not', () => {
    const truth = Array.from({ length: 1000 }, (_, i) => (i % 10 < 8 ? 0 : 1));
    const constant = (p: number) => ({
      classes: 2,
      data: Float32Array.from(truth.flatMap(() => [p, 1 - p])),
    });
    expect(expectedCalibrationError(constant(0.8), truth)).toBeCloseTo(0, 5);
    expect(expectedCalibrationError(constant(0.99), truth)).toBeCloseTo(0.19, 5);
  });

  it('finds the temperature that made logits too sure', () => {
    const random = Random.of('temperature');
    const truth: number[] = [];
    const logits: number[] = [];
    for (let i = 0; i < 5000; i++) {
      const row = [random.normal(), random.normal(), random.normal()];
      const p = softmaxRows({ classes: 3, data: Float32Array.from(row) }).data;
      let u = random.uniform();
      truth.push([...p].findIndex((v) => (u -= v) < 0));
      logits.push(...row.map((x) => x * 3));
    }
    const fitted = fitTemperature({ classes: 3, data: Float32Array.from(logits) }, truth);
    expect(fitted).toBeGreaterThan(2.7);
    expect(fitted).toBeLessThan(3.3);
  });

  it('stays at the prior without labels', () => {
    expect(fitTemperature({ classes: 2, data: new Float32Array() }, [], { prior: 1.5 })).toBeCloseTo(1.5, 2);
  });
});

describe('thresholdFor', () => {
  it('is the lowest score from which the mean score is what is asked for', () => {
    expect(thresholdFor([0.6, 0.99, 0.8, 0.97], 0.9)).toBe(0.8);
    expect(thresholdFor([0.6, 0.99, 0.8, 0.97], 0.95)).toBe(0.97);
    expect(thresholdFor([0.6, 0.7], 0.5)).toBe(0.6);
  });

  it('is 1 when no score is enough', () => {
    expect(thresholdFor([0.6, 0.7], 0.9)).toBe(1);
    expect(thresholdFor([], 0.9)).toBe(1);
  });
});
