/** The engine's process: answers the requests of `engineApi.ts` until its parent goes away. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { messageOf } from '../protocol/appError';
import { serveEngine } from '../protocol/engineConnection';
import type { ReadingParams } from '../protocol/engineApi';
import { jsonRows } from '../protocol/jsonLines';
import { runCommittee } from './committee/committee';
import { evaluateModel } from './deploy/evaluate';
import { LoadedModels } from './deploy/loadedModels';
import { TextClassifier } from './deploy/textClassifier';
import { loadEncoder } from './encoders/encoder';
import { Explorer } from './explore/explorer';
import { TextExplainer } from './explain/textExplainer';
import { fastestDevice } from './learn/fastestDevice';
import { PauseGates } from './learn/pauseGate';
import { Preflights } from './learn/preflight';
import { train, type RunSurroundings } from './learn/trainingRun';
import { runOnDevice, type DeviceAnswer, type DeviceJob } from './runtime/deviceProcess';

/** The embedded base model lies beside the bundle. */
const defaultBase = join(__dirname, '..', 'models', 'all-MiniLM-L6-v2');

const classifiers = new LoadedModels<TextClassifier>(2);
/** A person asks about several texts of one model. */
const explainers = new LoadedModels<TextExplainer>(1);

function classifierOf({ modelDir, device = 'auto', fast, threads }: ReadingParams): Promise<TextClassifier> {
  const file = fast ? 'quantised' : 'fp32';
  return classifiers.get(`${device} ${file} ${threads ?? ''} ${modelDir}`, () =>
    TextClassifier.load(modelDir, device, file, threads),
  );
}

const tryDevice = (job: DeviceJob): Promise<DeviceAnswer> =>
  runOnDevice(job, { modulePath: join(__dirname, 'device.js') });

const explorer = new Explorer({
  defaultBase,
  classifierOf: (modelDir) => classifierOf({ modelDir, fast: true }),
  onModelFailure: (error) =>
    engine.log('warn', `Suggestions go on without the model's answers: ${messageOf(error)}`),
});

const preflights = new Preflights({ defaultBase, tryDevice });
const gates = new PauseGates();

/** A run that is told of as it goes, and can be paused. */
function run<T>(
  runId: string,
  signal: AbortSignal,
  work: (around: RunSurroundings) => Promise<T>,
): Promise<T> {
  return work({
    defaultBase,
    now: () => performance.now(),
    onProgress: (snapshot) => engine.progress(snapshot),
    log: (level, message) => engine.log(level, message),
    tryDevice,
    gate: gates.of(runId),
    signal,
  }).finally(() => gates.forget(runId));
}

const engine = serveEngine({
  'engine/info': async () => ({ pid: process.pid, version }),
  'engine/devices': async () => {
    const { device, skipped } = await fastestDevice(await loadEncoder(defaultBase), tryDevice);
    return [{ device }, ...skipped];
  },
  'engine/train': (params, signal) => run(params.runId, signal, (around) => train(params, around)),
  'engine/committee': (params, signal) =>
    run(params.runId, signal, (around) => runCommittee(params, around, engine.agents)),
  'engine/preflight': async (params) => preflights.estimate(params),
  'engine/pause': async ({ runId, paused }) => {
    if (paused) gates.of(runId).close();
    else gates.of(runId).open();
    return null;
  },
  'engine/classify': async (params, signal) => (await classifierOf(params)).classify(params.texts, signal),
  'engine/evaluate': async ({ dataFile, ...model }, signal) =>
    evaluateModel(await classifierOf(model), jsonRows(createReadStream(dataFile), dataFile), {
      name: dataFile,
      signal,
    }),
  'engine/explain': async ({ modelDir, text, label }, signal) =>
    (await explainers.get(modelDir, () => TextExplainer.load(modelDir))).explain(text, { label, signal }),
  'engine/suggest': async (params, signal) => explorer.suggest(params, signal),
  'engine/similar': async (params, signal) => explorer.similar(params, signal),
  'engine/review': async (params, signal) => explorer.review(params, signal),
  'engine/place': async (params, signal) => explorer.place(params, signal),
  'engine/map': async (params, signal) => explorer.map(params, signal),
});
