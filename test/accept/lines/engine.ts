import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { fastestDevice } from '../../../extension/engine/learn/fastestDevice';
import type { DeviceAnswer, DeviceJob } from '../../../extension/engine/runtime/deviceProcess';
import { f32, floats, largestDifference } from '../../../extension/engine/runtime/tensor';
import { EngineClient } from '../../../extension/protocol/engineClient';
import type { TrainResult } from '../../../extension/protocol/snapshot';
import { repository } from '../../editor/harness/places';
import { stepGraphCase } from '../../engine/learn/stepGraphCase';
import { tinyParams } from '../../engine/learn/tinyRun';
import { transformersParity } from '../../engine/transformersParity';
import { compareWithWebGpu, deviceJob, withDevices } from '../../engine/webgpu/devices';
import type { Measured } from '../framework';
import { readRows, runSplit } from './benchmarkSets';
import { percent } from './figures';

/** The whole cohort's step graph on both devices; WebGPU on a software Vulkan where there is no graphics card. */
export async function gradientsOnWebGpu(): Promise<Measured> {
  const { difference, count } = await gradientDifference();
  return {
    figure: `largest difference of ${count} gradients ${difference.toExponential(1)} of the largest (under 1e-3)`,
    ok: difference < 1e-3,
  };
}

const steps = 20;
const tolerance = 1e-3;

/** Training on WebGPU beside the CPU's, and what becomes of a device that leaks, is wrong or is lost. */
export async function devices(): Promise<Measured> {
  const { difference: gradient } = await gradientDifference();
  const { cpu, webgpu } = await deviceJob('losses', steps);
  const losses = largestDifference(Float32Array.from(cpu.flat()), Float32Array.from(webgpu.flat()));
  const { live, left, grown } = await deviceJob('leak');
  const lost = await deviceJob('lost');
  const wentOn = lost.steps.filter(([device]) => device === 'cpu').length;
  const refused = await wrongDevice();
  return {
    figure:
      `gradients differ by ${gradient.toExponential(1)}, losses of ${steps} steps by ${losses.toExponential(1)} (under ` +
      `${tolerance}); ${Math.max(...live)} device tensors throughout 1,000 steps, ${left} afterwards, memory grew by ` +
      `${(grown / 1e6).toFixed(0)} MB; a wrong device: "${refused}"; a device lost in step 6 of 12: the CPU took ${wentOn} ` +
      'from the checkpoint',
    ok:
      gradient < tolerance &&
      losses < tolerance &&
      live.length === 1 &&
      left === 0 &&
      grown < 48 << 20 &&
      refused.startsWith("its numbers differ from the CPU's by") &&
      wentOn === 8 &&
      lost.rows === 4,
  };
}

/** Of the step graph's gradient on WebGPU from the CPU's, relative to its largest element; and how many numbers it has. */
async function gradientDifference(): Promise<{ difference: number; count: number }> {
  const { model, feeds, cohort } = await stepGraphCase();
  const difference = (await compareWithWebGpu(model, feeds)).get('gradient') ?? Infinity;
  return { difference, count: cohort.layout.size };
}

/** Why a device is left out whose numbers are the CPU's, but for one in a hundred. */
async function wrongDevice(): Promise<string> {
  const { device, skipped } = await withDevices(async (tryDevice) => {
    const encoder = await loadEncoder(join(repository, 'models', 'all-MiniLM-L6-v2'));
    const simulated = async (job: DeviceJob): Promise<DeviceAnswer> => {
      const answer = await tryDevice({ ...job, device: 'cpu' });
      if (job.device === 'cpu' || 'reason' in answer) return answer;
      const off = floats(answer.outputs['gradient']).map((x, i) => (i % 100 === 0 ? 1.01 * x + 1e-3 : x));
      return { outputs: { gradient: f32([off.length], off) }, ms: 0 };
    };
    return fastestDevice(encoder, simulated, ['webgpu']);
  });
  return device === 'cpu' ? (skipped[0]?.reason ?? '') : `${device} was taken`;
}

/** The exported folder in transformers.js, on texts of the test set. */
export async function parity(): Promise<Measured> {
  const { modelDir } = await runSplit('ag_news', '10-1');
  // A few are longer than a window, where the pipeline would cut what `classify` reads whole: they do not count.
  const texts = (await readRows('ag_news', 'test')).slice(0, 240).map(({ text }) => text);
  const { compared, longer, sameLabel, scoreDifference } = await transformersParity(modelDir, texts);
  return {
    figure:
      `same label for ${sameLabel} of ${compared} texts (${longer} of ${texts.length} are longer than a window), largest ` +
      `difference of scores ${scoreDifference.toExponential(1)} (at most 1e-4)`,
    ok: compared >= 200 && sameLabel === compared && scoreDifference <= 1e-4,
  };
}

/** Kills the engine while it trains; the journal's own kills are tested in test/faults. */
export async function killedInTheMiddle(): Promise<Measured> {
  const client = new EngineClient({ modulePath: join(repository, 'dist', 'engine.js') });
  const runs = [await tinyParams({ steps: 60 }), await tinyParams({ steps: 60 })] as const;
  try {
    const undisturbed = await client.train(runs[0]);
    const { pid } = await client.info();
    let killedAt: number | undefined;
    const result = await client.train(runs[1], {
      onProgress: ({ stage, step }) => {
        if (stage !== 'train' || step < 30 || killedAt !== undefined) return;
        killedAt = step;
        process.kill(pid, 'SIGKILL');
      },
    });
    const after = (await client.info()).pid;
    const weights = await Promise.all(
      runs.map(({ modelDir }) => readFile(join(modelDir, 'onnx', 'model.onnx'))),
    );
    const sameModel = weights[0]?.equals(weights[1] ?? Buffer.alloc(0)) === true;
    const sameFigures = accuracies(result) === accuracies(undisturbed);
    return {
      figure:
        `process ${pid} killed at step ${killedAt ?? '(never)'} of 60, process ${after} went on; figures ` +
        `${sameFigures ? 'equal' : 'differ'} (${accuracies(result)}), weights ${sameModel ? 'equal to the bit' : 'differ'}`,
      ok: killedAt !== undefined && after !== pid && sameFigures && sameModel,
    };
  } finally {
    client.dispose();
    await Promise.all(runs.map(({ dataFile }) => rm(dirname(dataFile), { recursive: true, force: true })));
  }
}

function accuracies({ rows }: TrainResult): string {
  return rows.map(({ id, accuracy }) => `${id} ${percent(accuracy)}`).join(', ');
}
