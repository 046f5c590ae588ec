import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AnswerCount } from '../../extension/cli/answerCount';
import { devicesText } from '../../extension/cli/devicesCommand';
import { evaluationText } from '../../extension/cli/evaluateCommand';
import { duration, table } from '../../extension/cli/figures';
import { layerLists, settingsFrom, wholeNumber } from '../../extension/cli/options';
import { Progress } from '../../extension/cli/progress';
import { resultText } from '../../extension/cli/resultText';
import { missingLibraries } from '../../extension/protocol/engineApi';
import type { TrainSnapshot } from '../../extension/protocol/snapshot';

const snapshot: TrainSnapshot = {
  runId: 'r',
  state: 'running',
  stage: 'train',
  step: 120,
  of: 400,
  fraction: 0.48,
  elapsedMs: 60_000,
  remainingMs: 65_000,
  device: 'cpu',
  counts: { labelled: 30, unlabelled: 500 },
  members: [],
};

/** A stream that keeps what is written. */
function screen(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => String(stream.read() ?? '') };
}

describe('progress', () => {
  it('prints a line when the stage changes, and now and then', () => {
    const { stream, text } = screen(false);
    let now = 0;
    const progress = new Progress(stream, () => now);
    progress.show({ ...snapshot, stage: 'embed', step: 1 });
    progress.show(snapshot);
    now = 9_000;
    progress.show({ ...snapshot, step: 150 });
    now = 11_000;
    progress.show({ ...snapshot, step: 200 });
    progress.end();
    expect(text().split('\n')).toEqual([
      'embedding the texts, 48.0 %, 1 min 05 s left',
      'training teacher and students, step 120 of 400, 48.0 %, 1 min 05 s left',
      'training teacher and students, step 200 of 400, 48.0 %, 1 min 05 s left',
      '',
    ]);
  });

  it('keeps to one line of a terminal and wipes it in the end', () => {
    const { stream, text } = screen(true);
    const progress = new Progress(stream);
    progress.show(snapshot);
    progress.show({ ...snapshot, fraction: 1.2 });
    progress.end();
    progress.end();
    const [, first, second, wiped, ...rest] = text().split('\r');
    expect(first).toMatch(/^█{12}░{12} training teacher and/);
    expect(first?.replace('\x1b[K', '').length).toBeLessThan(60);
    expect(second).toMatch(/^█{24} /);
    expect(wiped).toBe('\x1b[K');
    expect(rest).toEqual([]);
  });
});

describe('the count of answers', () => {
  it('stays in one line of a terminal, and is silent elsewhere', () => {
    const [watched, piped] = [screen(true), screen(false)];
    for (const { stream } of [watched, piped]) {
      let now = 0;
      const counted = new AnswerCount(stream, () => now);
      for (now = 1000; now <= 2000; now += 250) counted.add(256);
      counted.end();
    }
    expect(watched.text().split('\r')).toEqual([
      '',
      '256 texts answered, 256 a second\x1b[K',
      '768 texts answered, 512 a second\x1b[K',
      '1280 texts answered, 640 a second\x1b[K',
      '\x1b[K',
    ]);
    expect(piped.text()).toBe('');
  });
});

describe('options', () => {
  it('reads layers of students', () => {
    expect(layerLists('0,1,2;0, 2,4')).toEqual([
      [0, 1, 2],
      [0, 2, 4],
    ]);
    expect(layerLists('none;0')).toEqual([[], [0]]);
    for (const wrong of ['', '0,1,;2', '2,1', '0,0', 'a', '-1']) expect(() => layerLists(wrong)).toThrow();
  });

  it('reads whole numbers', () => {
    expect(wholeNumber('0')).toBe(0);
    for (const wrong of ['', '1.5', '-1', '1e3', ' 1'])
      expect(() => wholeNumber(wrong)).toThrow(`'${wrong}'`);
  });

  it('leaves out of the settings what was not given', () => {
    const given = { distillation: true, mutual: true, unlabelled: true };
    expect(settingsFrom(given)).toEqual({});
    expect(settingsFrom({ ...given, precision: 0.95 })).toEqual({ targetPrecision: 0.95 });
    expect(settingsFrom({ ...given, base: '/other', seed: 0, mutual: false })).toEqual({
      base: '/other',
      seed: 0,
      mutual: false,
    });
  });
});

describe('results', () => {
  it('says durations as a person does', () => {
    expect([900, 59_400, 59_700, 125_000].map(duration)).toEqual(['1 s', '59 s', '1 min 00 s', '2 min 05 s']);
  });

  it('aligns a table', () => {
    expect(table([['', 'a'], ['long', '12'], ['x', '3']])).toBe('       a\nlong  12\nx      3'); // prettier-ignore
  });

  it('shows who was measured on what', () => {
    const text = resultText({
      modelDir: '/models/v1',
      labels: ['ham', 'spam'],
      rows: [
        { id: 'student-1', name: 'student', accuracy: 0.9, macroF1: 0.875 },
        { id: 'baseline', name: 'logistic regression', accuracy: 0.8, macroF1: 0.75 },
      ],
      measuredOn: '612 texts with known labels',
      counts: { labelled: 20, unlabelled: 1 },
      sizeBytes: 12_340_000,
      docsPerSecond: 210.4,
      durationMs: 61_000,
      peakMemoryBytes: 1e9,
    });
    expect(text).toBe(
      `Trained in 1 min 01 s on 20 labelled and 1 unlabelled text.

                     accuracy  macro F1
student                90.0 %    87.5 %
logistic regression    80.0 %    75.0 %
Measured on 612 texts with known labels.

/models/v1: 12.3 MB, 210 texts a second, labels ham, spam`,
    );
  });

  it('says when no label could be held out', () => {
    const text = resultText({
      ...{ modelDir: 'v1', labels: ['ham', 'spam'], rows: [], measuredOn: 'given labels' },
      ...{ counts: { labelled: 2, unlabelled: 1 }, sizeBytes: 1e6, docsPerSecond: 1, durationMs: 1000 },
      peakMemoryBytes: 1e9,
    });
    expect(text).toContain('No label could be held out to measure on: label a few more texts.');
    expect(text).not.toContain('Measured on');
  });

  it('shows a confusion matrix, or the worst pairs where it would be too wide', () => {
    const figures = {
      texts: 4,
      accuracy: 0.75,
      macroF1: 0.7,
      ece: 0.1,
      coverage: 1,
      precision: 0.75,
      docsPerSecond: 99.6,
    };
    const small = evaluationText({ ...figures, labels: ['a', 'b'], confusion: [[2, 1], [0, 1]] }); // prettier-ignore
    expect(small).toContain('is \\ taken for  a  b\na               2  1\nb               0  1');
    const labels = Array.from({ length: 20 }, (_, i) => `label-${i}`);
    const confusion = labels.map((_, is) => labels.map((__, taken) => (is === 3 && taken === 5 ? 7 : 1)));
    expect(evaluationText({ ...figures, labels, confusion })).toContain(
      '7 texts of label-3 taken for label-5',
    );
  });
});

describe('devicesText', () => {
  it('says what is taken, why the others are not, and how to get CUDA where it is missing', () => {
    const text = devicesText(
      [
        { device: 'cpu' },
        { device: 'webgpu', reason: 'no adapter' },
        { device: 'cuda', reason: missingLibraries },
      ],
      '/nanonet',
    );
    expect(text).toContain(`CPU       taken\nWebGPU    no adapter\nCUDA      ${missingLibraries}`);
    expect(text).toMatch(
      /cuDNN[^]*in \/nanonet:[^]*npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12/,
    );
  });

  it('says nothing of CUDA where the runtime has none', () => {
    expect(devicesText([{ device: 'cpu' }], '/nanonet')).toBe('CPU       taken');
  });
});
