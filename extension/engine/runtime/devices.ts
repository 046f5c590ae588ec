/** Which device a graph runs on, and why not on another. */
import type { Device } from '../../protocol/engineApi';
import { deviceNames, Session, shortReason, type SessionDevice, type SessionOptions } from './session';
import { probeBytes, probeFeeds } from './probe';
import { floats } from './tensor';

/** A device that was asked for and left out. */
export interface SkippedDevice {
  readonly device: SessionDevice;
  /** A sentence part: 'no adapter'. */
  readonly reason: string;
}

export interface OpenedSession {
  readonly session: Session;
  readonly device: SessionDevice;
  readonly skipped: readonly SkippedDevice[];
}

/** Largest relative difference from the CPU's numbers that a device may show. */
const tolerance = 1e-3;

/**
 * Loads a graph on the device that was asked for if that device works, else on the CPU; `skipped` says why.
 *
 * A device works when a small graph of the operators that encoders are made of gives the CPU's numbers on it: that
 * a provider is compiled in, or finds its libraries, says nothing about its driver.
 *
 * `auto` is the CPU here. A broken GPU driver can take the process down inside its probe, where nothing can be caught, so
 * this process only touches a GPU when a person names it. Training, which gains most, looks for a faster device in a
 * process that may be lost (`learn/fastestDevice.ts`).
 *
 * @param model ONNX bytes or a file
 * @throws AppError('runtime/model-file') when a file cannot be read as a model
 */
export async function openSession(
  model: Uint8Array | string,
  device: Device,
  options: Pick<SessionOptions, 'threads' | 'keepOnDevice'> = {},
): Promise<OpenedSession> {
  const { device: chosen, skipped } = await chooseDevice(device);
  try {
    const session = await Session.create(model, { ...options, device: chosen });
    return { session, device: chosen, skipped };
  } catch (error) {
    if (chosen === 'cpu') throw error;
    // The device passed its probe and refuses this graph, e.g. because its memory is too small.
    const session = await Session.create(model, { ...options, device: 'cpu' });
    return { session, device: 'cpu', skipped: [...skipped, { device: chosen, reason: shortReason(error) }] };
  }
}

/** The device that `device` comes to on this computer, and what was left out on the way. */
export async function chooseDevice(
  device: Device,
): Promise<{ readonly device: SessionDevice; readonly skipped: readonly SkippedDevice[] }> {
  if (device === 'auto' || device === 'cpu') return { device: 'cpu', skipped: [] };
  const reason = await probe(device);
  return reason === undefined ? { device, skipped: [] } : { device: 'cpu', skipped: [{ device, reason }] };
}

/** 'WebGPU: no adapter', for logs and the panel. */
export function describeSkipped({ device, reason }: SkippedDevice): string {
  return `${deviceNames[device]}: ${reason}`;
}

const probed = new Map<SessionDevice, Promise<string | undefined>>();

/** Why the device cannot be used; undefined when it can. Asked once a process. */
function probe(device: SessionDevice): Promise<string | undefined> {
  const known = probed.get(device) ?? compareWithCpu(device);
  probed.set(device, known);
  return known;
}

async function compareWithCpu(device: SessionDevice): Promise<string | undefined> {
  try {
    const expected = await runProbe('cpu');
    const actual = await runProbe(device);
    const error = Math.max(...expected.map((x, i) => relativeDifference(x, actual[i] ?? NaN)));
    return error <= tolerance ? undefined : `its numbers differ from the CPU's by ${error.toExponential(1)}`;
  } catch (error) {
    return shortReason(error);
  }
}

async function runProbe(device: SessionDevice): Promise<number[]> {
  const session = await Session.create(probeBytes(), { device, threads: 1 });
  try {
    const outputs = await session.run(probeFeeds());
    return Object.values(outputs).flatMap((tensor) => [...floats(tensor)]);
  } finally {
    await session.dispose();
  }
}

/** NaN counts as infinitely wrong. */
function relativeDifference(expected: number, actual: number): number {
  const difference = Math.abs(expected - actual) / Math.max(Math.abs(expected), 1e-2);
  return Number.isNaN(difference) ? Infinity : difference;
}
