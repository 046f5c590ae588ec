import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CancelledError } from '../../../extension/protocol/appError';
import { EngineClient } from '../../../extension/protocol/engineClient';
import type { TrainParams, TrainSettings } from '../../../extension/protocol/engineApi';
import { reportFileOf, type TrainingReport } from '../../../extension/protocol/report';
import { stages, type TrainResult, type TrainSnapshot } from '../../../extension/protocol/snapshot';
import { train, type RunSurroundings } from '../../../extension/engine/learn/trainingRun';
import { PauseGate } from '../../../extension/engine/learn/pauseGate';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import type { DeviceAnswer, DeviceJob } from '../../../extension/engine/runtime/deviceProcess';
import { Session } from '../../../extension/engine/runtime/session';
import { build } from '../../../scripts/build.mjs';
import { repository } from '../../editor/harness/places';
import { shallowBase, surroundings, tinyParams, tinyTexts } from './tinyRun';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

let base = '';

async function params(settings: TrainParams['settings'] = {}): Promise<TrainParams> {
  const made = await tinyParams({ base, ...settings });
  folders.push(dirname(made.dataFile));
  return made;
}

function around(over: Partial<RunSurroundings> = {}): RunSurroundings {
  return surroundings({ overrides: { teachSteps: 20, checkpointEvery: 4, evaluateEvery: 4 }, ...over });
}

/** The weights that a run ended with: equal bytes mean that every number on the way was equal. */
const modelOf = ({ modelDir }: TrainParams) => readFile(join(modelDir, 'onnx', 'model.onnx'));

const pausable: ReadonlySet<string> = new Set(['embed', 'teach', 'spread', 'train', 'calibrate']);

let referenceRun: TrainParams;
let referenceResult: TrainResult;
let referenceSnapshots: TrainSnapshot[];
let reference: Buffer;

beforeAll(async () => {
  base = await shallowBase();
  folders.push(base);
  referenceRun = await params();
  referenceSnapshots = [];
  referenceResult = await train(
    referenceRun,
    around({ onProgress: (snapshot) => referenceSnapshots.push(snapshot) }),
  );
  reference = await modelOf(referenceRun);
});

describe('a run', () => {
  it('goes through its stages in order, never backwards, and ends with a result', () => {
    const order = referenceSnapshots.map(({ stage }) => stages.indexOf(stage));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const fractions = referenceSnapshots.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    const last = referenceSnapshots.at(-1);
    expect(last?.state).toBe('done');
    expect(last?.fraction).toBe(1);
    expect(last?.result?.rows.map(({ id }) => id).sort()).toEqual([
      'regression',
      'student-1',
      'student-2',
      'teacher',
    ]);
    expect(last?.members.filter(({ chosen }) => chosen)).toHaveLength(1);
    // Curves are whole in every snapshot: the teacher's goes on from its time alone.
    expect(last?.members[0]?.loss.map(([step]) => step)).toEqual([4, 8, 12, 16, 20, 24, 28, 32]);
  });

  it('reports beside the model what the held-out labels say, text by text', async () => {
    const path = reportFileOf(referenceRun.modelDir);
    const report = JSON.parse(await readFile(path, 'utf8')) as TrainingReport;
    const given = tinyTexts().flatMap((text, row) => (text.given ? [row] : []));
    expect(report.heldOut).toBe(given.length);
    const { accuracy, macroF1, confusion, labels } = report;
    for (const estimate of [accuracy, macroF1]) {
      const { low = NaN, value = NaN, high = NaN } = estimate ?? {};
      expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
    }
    const rows = confusion.flatMap(({ texts }) => texts.map(({ row }) => row));
    expect(rows.sort((a, b) => a - b)).toEqual(given);
    for (const { is, texts } of confusion)
      for (const { row } of texts) expect(labels[is]).toBe(tinyTexts()[row]?.label);
    for (const { is, takenFor, texts } of confusion.filter((cell) => cell.is !== cell.takenFor))
      for (const { row } of texts)
        expect(report.mislabelled).toContainEqual(
          expect.objectContaining({ row, label: labels[is], suggested: labels[takenFor] }),
        );
    expect(report.classes.map(({ texts }) => texts)).toEqual([5, 5, 5]);
    for (const { bins } of Object.values(report.reliability))
      expect(bins.reduce((sum, { texts }) => sum + texts, 0)).toBe(given.length);
    const learned = report.learningCurve.points.map((point) => point.labels);
    expect(learned).toEqual([...new Set(learned)].sort((a, b) => a - b));
    expect(learned.at(-1)).toBe(11); // three of four folds of fifteen
    expect(report.students.map(({ id }) => id)).toEqual(['student-1', 'student-2']);
    const chosen = report.students.find((student) => student.chosen);
    expect(chosen?.accuracy).toBe(accuracy?.value);
    expect(chosen?.sizeBytes).toBe(referenceResult.sizeBytes);
    expect(report.settings).toMatchObject({ adapter: 'lora', steps: 12, seed: 1, device: 'cpu' });
    expect(JSON.stringify(report)).not.toContain('striker');
  });

  it('is a function of data, settings and seed', async () => {
    const again = await params();
    await train(again, around());
    expect((await modelOf(again)).equals(reference)).toBe(true);
    const other = await params({ seed: 2 });
    await train(other, around());
    expect((await modelOf(other)).equals(reference)).toBe(false);
  });

  it('is another where somebody says what labels mean, and the same where nobody does', async () => {
    const silent = { ...referenceRun, descriptions: { sport: ' ' } };
    // It is finished: nothing of it is computed again.
    expect(await train(silent, around())).toEqual(referenceResult);
    const described = { ...(await params()), descriptions: { sport: 'Games, teams and players.' } };
    const result = await train(described, around());
    expect(result.labels).toEqual(referenceResult.labels);
    expect((await modelOf(described)).equals(reference)).toBe(false);
  });

  it('cancelled in each of its stages and called again, ends with the same model', async () => {
    const run = await params();
    for (const stage of ['embed', 'teach', 'spread', 'train', 'calibrate'] as const) {
      const abort = new AbortController();
      const seen: TrainSnapshot[] = [];
      const stopped = train(
        run,
        around({
          signal: abort.signal,
          onProgress: (snapshot) => {
            seen.push(snapshot);
            const late = stage !== 'teach' && stage !== 'train' ? true : snapshot.step > 6;
            if (snapshot.stage === stage && late) abort.abort();
          },
        }),
      );
      await expect(stopped).rejects.toBeInstanceOf(CancelledError);
      expect(seen.at(-1)).toMatchObject({ state: 'cancelled', stage });
      await expect(modelOf(run)).rejects.toThrow(/ENOENT/);
    }
    await train(run, around());
    expect((await modelOf(run)).equals(reference)).toBe(true);
  });

  it('paused in each of its stages, waits, and ends with the same model', async () => {
    const run = await params();
    const gate = new PauseGate();
    const pausedIn: string[] = [];
    const spans: number[] = [];
    const result = await train(
      run,
      around({
        gate,
        onProgress: ({ state, stage, elapsedMs }) => {
          if (state === 'paused') {
            pausedIn.push(stage);
            spans.push(elapsedMs);
            setTimeout(() => gate.open(), 300);
          } else if (state === 'running' && spans.length > 0) {
            // A pause takes no time of the run.
            expect(elapsedMs - (spans.pop() ?? 0)).toBeLessThan(150);
          } else if (!pausedIn.includes(stage) && pausable.has(stage)) gate.close();
        },
      }),
    );
    expect(pausedIn).toEqual([...pausable]);
    expect((await modelOf(run)).equals(reference)).toBe(true);
    expect(result.rows).toEqual(referenceResult.rows);
  });

  it('paused, and its process gone meanwhile, goes on from that very step with whole curves', async () => {
    const run = await params();
    // The only checkpoint there is comes from the pause.
    const overrides = { teachSteps: 20, checkpointEvery: 1000, evaluateEvery: 4 };
    const gate = new PauseGate();
    const abort = new AbortController();
    let pausedAt = 0;
    await train(
      run,
      around({
        overrides,
        gate,
        signal: abort.signal,
        onProgress: ({ state, stage, step }) => {
          if (stage === 'train' && step >= 6 && state === 'running') gate.close();
          if (state !== 'paused') return;
          pausedAt = step;
          setTimeout(() => abort.abort(), 100);
        },
      }),
    ).catch(() => undefined);
    expect(pausedAt).toBeGreaterThan(5);
    const seen: TrainSnapshot[] = [];
    await train(run, around({ overrides, onProgress: (snapshot) => seen.push(snapshot) }));
    // What was to be seen of it never goes away while the process comes back to where it was.
    const points = seen.map(({ members }) => members[1]?.loss.length ?? 0);
    expect(points).toEqual(points.toSorted((a, b) => a - b));
    expect(points[0]).toBeGreaterThan(0);
    expect(Math.min(...seen.filter(({ stage }) => stage === 'train').map(({ step }) => step))).toBe(pausedAt);
    expect((await modelOf(run)).equals(reference)).toBe(true);
    expect(seen.at(-1)?.members).toEqual(referenceSnapshots.at(-1)?.members);
  });

  it('starts anew from a torn checkpoint and from torn embeddings', async () => {
    const run = await params();
    const abort = new AbortController();
    await train(
      run,
      around({
        signal: abort.signal,
        onProgress: ({ stage, step }) => void (stage === 'train' && step > 6 && abort.abort()),
      }),
    ).catch(() => undefined);
    for (const name of ['teach.safetensors', 'train.safetensors']) {
      const file = join(run.runDir, name);
      const bytes = await readFile(file);
      await writeFile(file, bytes.subarray(0, bytes.length - 100));
    }
    await train(run, around());
    expect((await modelOf(run)).equals(reference)).toBe(true);
  });

  it('goes on on the CPU when its device fails', async () => {
    const run = await params();
    const log: string[] = [];
    const create = Session.create.bind(Session);
    const spy = vi.spyOn(Session, 'create').mockImplementation((model, options) => {
      if (options.device === 'webgpu') throw new Error('Device lost.\nat a place in the driver');
      return create(model, options);
    });
    try {
      // A device whose numbers are right, and which takes no time.
      const tryDevice = async ({ device, model, feeds, outputs }: DeviceJob): Promise<DeviceAnswer> => {
        if (device !== 'webgpu' && device !== 'cpu') return { reason: 'not here' };
        const session = await create(model, { device: 'cpu' });
        return { outputs: await session.run(feeds, outputs).finally(() => session.dispose()), ms: 0 };
      };
      await train(run, around({ tryDevice, log: (level, message) => log.push(`${level}: ${message}`) }));
    } finally {
      spy.mockRestore();
    }
    expect(log).toContain(
      'warn: WebGPU failed (Device lost); the training goes on on the CPU from where it was.',
    );
    expect((await modelOf(run)).equals(reference)).toBe(true);
  });

  it('answers at once when it is finished', async () => {
    const started = performance.now();
    expect(await train(referenceRun, around())).toEqual(referenceResult);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('exports the student that is named, without learning again where all have learned', async () => {
    const chosen = referenceSnapshots.at(-1)?.members.find((member) => member.chosen)?.id;
    const student = chosen === 'student-1' ? 'student-2' : 'student-1';
    const run = await params({ student });
    await cp(referenceRun.runDir, run.runDir, { recursive: true });
    const trained: number[] = [];
    const onProgress = ({ stage, step }: TrainSnapshot): void =>
      void (stage === 'train' && trained.push(step));
    const result = await train(run, around({ onProgress }));
    expect(result.rows[0]?.id).toBe(student);
    expect(new Set(trained).size).toBe(1);
    expect((await modelOf(run)).equals(reference)).toBe(false);
    const report = JSON.parse(await readFile(reportFileOf(run.modelDir), 'utf8')) as TrainingReport;
    expect(report.students.filter((one) => one.chosen).map(({ id }) => id)).toEqual([student]);
    // The student that would be chosen anyway is the same model.
    const same = await params({ student: chosen ?? '' });
    await cp(referenceRun.runDir, same.runDir, { recursive: true });
    await train(same, around());
    expect((await modelOf(same)).equals(reference)).toBe(true);
    await expect(train(await params({ student: 'teacher' }), around())).rejects.toMatchObject({
      code: 'settings/invalid',
      message: 'There is no student "teacher" to export; give one of student-1, student-2.',
    });
  });

  it.each([
    { distillation: false, mutual: false, unlabelled: false },
    { mutual: false, unlabelled: false },
    { distillation: false },
    { adapter: 'bitfit' },
    { adapter: 'houlsby' },
    { students: [[], [0]], student: 'student-1' },
  ] as const)('trains with %o', async (settings: TrainSettings) => {
    const run = await params({ steps: 40, ...settings });
    const result = await train(run, around());
    expect(result.rows.some(({ id }) => id === 'teacher')).toBe(!('distillation' in settings));
    const classifier = await TextClassifier.load(run.modelDir, 'cpu');
    const texts = tinyTexts();
    const predictions = await classifier.classify(texts.map(({ text }) => text));
    await classifier.dispose();
    const hits = predictions.filter(({ label }, i) => label === texts[i]?.label).length;
    expect(hits / texts.length).toBeGreaterThan(0.6);
  });

  it('learns from labels alone where there is no other text', async () => {
    const run = await params();
    const rows = tinyTexts().filter(({ given }) => given);
    await writeFile(
      run.dataFile,
      rows.map(({ text, label }) => `${JSON.stringify({ text, label })}\n`).join(''),
    );
    const result = await train(run, around());
    expect(result.counts).toEqual({ labelled: rows.length, unlabelled: 0 });
  });

  it('learns from one label of each class, and says that nothing was left to measure on', async () => {
    const run = await params();
    const seen = new Set<string>();
    const rows = tinyTexts().map(({ text, label }) => {
      const isFirst = !seen.has(label);
      seen.add(label);
      return isFirst ? { text, label } : { text };
    });
    await writeFile(run.dataFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const result = await train(run, around());
    expect(result).toMatchObject({ labels: ['business', 'sport', 'weather'], rows: [] });
    const classifier = await TextClassifier.load(run.modelDir, 'cpu');
    const predictions = await classifier.classify(tinyTexts().map(({ text }) => text));
    await classifier.dispose();
    const hits = predictions.filter(({ label }, i) => label === tinyTexts()[i]?.label).length;
    expect(hits / predictions.length).toBeGreaterThan(0.5);
  });

  it('leaves no session behind', () => {
    expect(Session.live).toBe(0);
  });
});

describe('bad input', () => {
  it.each([
    ['no labels', '{"text":"a"}\n{"text":"b"}\n', /label texts of at least two/],
    ['one class', '{"text":"a","label":"x"}\n{"text":"b","label":"x"}\n', /one class \("x"\)/],
    ['a broken line', '{"text":"a","label":"x"}\n{"text":\n', /line 2|:2/],
  ])('%s: one sentence', async (_, content, message) => {
    const run = await params();
    await writeFile(run.dataFile, content);
    await expect(train(run, around())).rejects.toThrow(message);
  });
});

describe('the engine process', () => {
  beforeAll(async () => {
    await build(repository, { log: () => undefined });
  });

  it('killed with SIGKILL in the middle of training, goes on and ends with the same figures', async () => {
    const run = await params({ steps: 60 });
    const left = await params({ steps: 60 });
    const client = new EngineClient({ modulePath: join(repository, 'dist', 'engine.js') });
    try {
      const undisturbed = await client.train(left, {});
      const { pid } = await client.info();
      let killed = 0;
      const result = await client.train(run, {
        onProgress: ({ stage, step }) => {
          if (stage !== 'train' || step < 25 || killed > 0) return;
          killed += 1;
          process.kill(pid, 'SIGKILL');
        },
      });
      expect(killed).toBe(1);
      expect((await modelOf(run)).equals(await modelOf(left))).toBe(true);
      expect(result.rows).toEqual(undisturbed.rows);
    } finally {
      client.dispose();
    }
  });
});
