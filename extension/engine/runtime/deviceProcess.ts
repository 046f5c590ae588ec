/** A graph on a device in a process of its own: a broken driver takes that process with it and nothing else. */
import { fork, type ForkOptions } from 'node:child_process';
import { Session, shortReason, type SessionDevice } from './session';
import type { Tensor } from './tensor';

export interface DeviceJob {
  readonly device: SessionDevice;
  /** ONNX bytes. */
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The outputs that are asked for; all when left out. */
  readonly outputs?: readonly string[];
  /** Runs that are timed at most, after one that is not: a device that takes a second need not show it again. */
  readonly timedRuns: number;
}

export type DeviceAnswer =
  | {
      readonly outputs: Record<string, Tensor>;
      /** The quickest timed run. */
      readonly ms: number;
    }
  /** A sentence part: 'no adapter'. */
  | { readonly reason: string };

export interface DeviceProcessOptions extends Pick<ForkOptions, 'env'> {
  /** The bundle of `engine/device.ts`. */
  readonly modulePath: string;
  readonly timeoutMs?: number;
}

/** Runs a job and ends its process, whatever happens in it. */
export function runOnDevice(
  job: DeviceJob,
  { modulePath, env = process.env, timeoutMs = 15_000 }: DeviceProcessOptions,
): Promise<DeviceAnswer> {
  const child = fork(modulePath, {
    serialization: 'advanced',
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise<DeviceAnswer>((resolve) => {
    const timer = setTimeout(
      () => resolve({ reason: `no answer within ${timeoutMs / 1000} seconds` }),
      timeoutMs,
    );
    child.once('message', (answer) => resolve(answer as DeviceAnswer));
    child.once('error', (error) => resolve({ reason: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ reason: `its driver ended the process (${signal ?? code})` });
    });
    // A child that died meanwhile says so by its exit.
    child.send(job, () => undefined);
  }).finally(() => child.kill('SIGKILL'));
}

/** The process's end: answers one job and ends with its parent. */
export function serveDevice(): void {
  process.once('disconnect', () => process.exit(0));
  process.once('message', (job: DeviceJob) => {
    void runJob(job).then((reply) => process.send?.(reply));
  });
}

/** Runs a job here. */
export async function runJob({ device, model, feeds, outputs, timedRuns }: DeviceJob): Promise<DeviceAnswer> {
  try {
    const session = await Session.create(model, { device });
    try {
      const first = await session.run(feeds, outputs);
      let ms = Infinity;
      for (let run = 0; run < timedRuns; run++) {
        const start = performance.now();
        await session.run(feeds, outputs);
        ms = Math.min(ms, performance.now() - start);
        if (ms > 1000) break;
      }
      return { outputs: first, ms };
    } finally {
      await session.dispose();
    }
  } catch (error) {
    return { reason: shortReason(error) };
  }
}
