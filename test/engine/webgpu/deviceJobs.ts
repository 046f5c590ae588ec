/**
 * What is tried in a process where WebGPU works, on a software Vulkan where there is no graphics card: the name of a job
 * comes as the argument, its answer goes as a message.
 */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { add, mul, sub } from '../../../extension/engine/graph/arithmetic';
import { Graph } from '../../../extension/engine/graph/graph';
import { reshape } from '../../../extension/engine/graph/layout';
import { reduceSum } from '../../../extension/engine/graph/reduce';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { stateOutputs, StepState } from '../../../extension/engine/learn/stepState';
import { train } from '../../../extension/engine/learn/trainingRun';
import { DeviceTensor, Session, type SessionDevice } from '../../../extension/engine/runtime/session';
import { floats, f32, scalar } from '../../../extension/engine/runtime/tensor';
import { stepGraphCase } from '../learn/stepGraphCase';
import { shallowBase, surroundings, tinyParams } from '../learn/tinyRun';

const jobs = {
  /** Losses of some steps of a small cohort on both devices, [steps][members]. Each takes seconds on a software Vulkan. */
  async losses(steps: number) {
    const { model, feeds } = await stepGraphCase();
    const { parameters, moment1, moment2, ...rest } = feeds;
    const start = {
      step: 0,
      parameters: floats(parameters),
      moment1: floats(moment1),
      moment2: floats(moment2),
    };
    const on = async (device: SessionDevice): Promise<number[][]> => {
      const session = await Session.create(model, { device, keepOnDevice: stateOutputs });
      const state = new StepState(session, start);
      const losses: number[][] = [];
      while (losses.length < steps) {
        const t = losses.length + 1;
        const rates = { correction1: scalar(1 - 0.9 ** t), correction2: scalar(1 - 0.999 ** t) };
        losses.push([...(await state.advance([rest], rates)).losses]);
      }
      state.dispose();
      await session.dispose();
      return losses;
    };
    return { cpu: await on('cpu'), webgpu: await on('webgpu') };
  },

  /** Device tensors, and growth of this process in bytes, over the last 900 of 1,000 small steps in two parts. */
  async leak() {
    const size = 16_384;
    const session = await Session.create(descent(size), { device: 'webgpu', keepOnDevice: stateOutputs });
    const zeros = (): Float32Array => new Float32Array(size);
    const begin = { step: 0, parameters: zeros().fill(1), moment1: zeros(), moment2: zeros() };
    const state = new StepState(session, begin);
    const part = { target: f32([size]) };
    const live = new Set<number>();
    let before = 0;
    for (let step = 0; step < 1000; step++) {
      if (step === 100) before = process.memoryUsage.rss();
      await state.advance([part, part], { rate: scalar(0.01) });
      live.add(DeviceTensor.live);
    }
    const grown = process.memoryUsage.rss() - before;
    const { parameters } = await state.read();
    state.dispose();
    const left = DeviceTensor.live;
    await session.dispose();
    return { live: [...live], left, grown, parameter: parameters[0] ?? NaN };
  },

  /** A run whose device is lost in its sixth step: what was logged, and the steps that were taken on each device. */
  async lost() {
    const base = await shallowBase();
    const run = await tinyParams({ device: 'webgpu', base });
    const log: string[] = [];
    const steps: [SessionDevice, number][] = [];
    const { runOnDevice } = Session.prototype;
    Session.prototype.runOnDevice = function (this: Session, feeds, fetches) {
      const isStep = 'gradient_before' in feeds && 'reads' in feeds && 'input_ids/student-1' in feeds;
      if (isStep) steps.push([this.device, steps.filter(([device]) => device === this.device).length + 1]);
      if (isStep && this.device === 'webgpu' && steps.length === 6) throw new Error('Device lost.');
      return runOnDevice.call(this, feeds, fetches);
    };
    try {
      const { rows } = await train(
        run,
        surroundings({
          log: (level, message) => log.push(`${level}: ${message}`),
          overrides: { teachSteps: 2, checkpointEvery: 4, evaluateEvery: 4 },
        }),
      );
      return { log, rows: rows.length, steps, live: DeviceTensor.live };
    } finally {
      for (const folder of [base, dirname(run.dataFile)]) await rm(folder, { recursive: true, force: true });
    }
  },
};

export type DeviceAnswers = {
  readonly [Name in keyof typeof jobs]: Awaited<ReturnType<(typeof jobs)[Name]>>;
};

/** The step graph's shape, with a loss whose gradient is easily told: half the square of parameters - target. */
function descent(size: number): Uint8Array {
  const g = new Graph();
  const vector = (name: string) => g.input(name, 'float32', [size]);
  const [parameters, moment1, moment2] = [vector('parameters'), vector('moment1'), vector('moment2')];
  const difference = sub(g, parameters, vector('target'));
  const gradient = add(g, vector('gradient_before'), mul(g, difference, 0.5));
  const loss = reshape(g, reduceSum(g, mul(g, difference, difference)), [1]);
  g.output(loss, 'losses');
  g.output(loss, 'agreements');
  g.output(loss, 'trusted');
  g.output(gradient, 'gradient');
  g.output(sub(g, parameters, mul(g, gradient, g.input('rate', 'float32', []))), 'parameters.next');
  g.output(add(g, moment1, gradient), 'moment1.next');
  g.output(add(g, moment2, gradient), 'moment2.next');
  return modelBytes(g);
}

const name = process.argv[2] as keyof DeviceAnswers;
if (process.send && name in jobs)
  void jobs[name](Number(process.argv[3])).then((answer) => process.send?.(answer));
