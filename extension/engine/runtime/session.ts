/** One loaded graph on one device. Nothing of onnxruntime leaves this file but numbers. */
import { availableParallelism } from 'node:os';
import { env, InferenceSession, listSupportedBackends, Tensor as OrtTensor } from 'onnxruntime-node';
import { AppError, messageOf } from '../../protocol/appError';
import { missingLibraries } from '../../protocol/engineApi';
import { add } from '../graph/arithmetic';
import { Graph, type DataType } from '../graph/graph';
import { modelBytes } from '../graph/serialise';
import type { Tensor } from './tensor';

/** Where a session computes; what it cannot do there it does on the CPU. */
export type SessionDevice = 'cpu' | 'webgpu' | 'cuda' | 'dml';

/** What devices are called in sentences. */
export const deviceNames: Readonly<Record<SessionDevice, string>> = {
  cpu: 'The CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
};

/** A device cannot be used on this computer; `reason` is a sentence part such as 'no adapter'. */
export class DeviceError extends AppError {
  constructor(
    device: SessionDevice,
    readonly reason: string,
    cause?: unknown,
  ) {
    super('runtime/device', `${deviceNames[device]} cannot be used here: ${reason}.`, { cause });
  }
}

export interface SessionOptions {
  readonly device: SessionDevice;
  /** Outputs that stay in the device's memory where it has one that they can stay in (`keepsTensors`). */
  readonly keepOnDevice?: readonly string[];
  /** Threads of one operator on the CPU; `defaultThreads()` when left out. */
  readonly threads?: number;
}

/** A tensor in a device's memory. Whoever gets one disposes it, before its session. */
export class DeviceTensor {
  private static count = 0;
  private disposed = false;

  /** @param native belongs to the new object alone */
  constructor(readonly native: OrtTensor) {
    DeviceTensor.count++;
  }

  /** Device tensors that were made and not yet disposed, in this process. For tests of leaks. */
  static get live(): number {
    return DeviceTensor.count;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.native.dispose();
    DeviceTensor.count--;
  }
}

/** What a run reads, and what it gives. */
export type AnyTensor = Tensor | DeviceTensor;

/** Names to compute, or for each name a tensor to write into (null: a new one). */
export type Fetches = readonly string[] | Readonly<Record<string, Tensor | null>>;

// Warnings about unused constants and missing GPU libraries are ours to report, not the runtime's to print.
env.logLevel = 'fatal';
const severityFatal = 4;

/**
 * A loaded graph. `run` and `create` block the event loop for as long as they compute: only the engine's
 * process may hold one. Whoever creates it disposes it.
 */
export class Session {
  private static count = 0;
  private disposed = false;
  private readonly pending = new Set<Promise<unknown>>();
  private copier: Promise<InferenceSession> | undefined;

  private constructor(
    private readonly native: InferenceSession,
    readonly device: SessionDevice,
  ) {
    Session.count++;
  }

  /** Sessions that were created and not yet disposed, in this process. For tests of leaks. */
  static get live(): number {
    return Session.count;
  }

  /**
   * Loads a graph from ONNX bytes or from a file.
   *
   * @throws AppError('runtime/model-file') when the file cannot be read as a model
   * @throws DeviceError ('runtime/device') when the device cannot be used on this computer
   */
  static async create(model: Uint8Array | string, options: SessionOptions): Promise<Session> {
    requireCompiledIn(options.device);
    const settings: InferenceSession.SessionOptions = {
      executionProviders: options.device === 'cpu' ? ['cpu'] : [options.device, 'cpu'],
      intraOpNumThreads: options.threads ?? defaultThreads(),
      executionMode: 'sequential',
      // A plan of the memory is kept for each shape of the inputs, and batches have all lengths: a third more, for nothing.
      enableMemPattern: false,
      graphOptimizationLevel: 'all',
      logSeverityLevel: severityFatal,
      ...(options.keepOnDevice &&
        keepsTensors(options.device) && {
          preferredOutputLocation: Object.fromEntries(
            options.keepOnDevice.map((name) => [name, 'gpu-buffer'] as const),
          ),
        }),
      // Threads that wait for the next run must not burn the cores that the editor needs meanwhile.
      extra: { session: { force_spinning_stop: '1' } },
    };
    try {
      const native =
        typeof model === 'string'
          ? await InferenceSession.create(model, settings)
          : await InferenceSession.create(model, settings);
      return new Session(native, options.device);
    } catch (error) {
      throw creationError(error, model, options.device);
    }
  }

  get inputNames(): readonly string[] {
    return this.native.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.native.outputNames;
  }

  /**
   * Computes the outputs named by `fetches` (all when left out). A tensor given in `fetches` is written into and is
   * what comes back under its name: so a step can write new parameters into one set of buffers while it
   * reads the other. It must have the output's type and shape, and may share no memory with a feed.
   */
  async run(feeds: Readonly<Record<string, Tensor>>, fetches?: Fetches): Promise<Record<string, Tensor>> {
    return mapValues(await this.runOnDevice(feeds, fetches), inHost);
  }

  /** As `run`; tensors may lie in the device's memory, and outputs of `keepOnDevice` come back as such where it keeps them. */
  async runOnDevice(
    feeds: Readonly<Record<string, AnyTensor>>,
    fetches?: Fetches,
  ): Promise<Record<string, AnyTensor>> {
    if (this.disposed) throw new Error('The session is disposed.');
    const given = fetches && !isNames(fetches) ? fetches : undefined;
    if (given) refuseAliases(feeds, given);
    const inputs = mapValues(feeds, toOrt);
    const task =
      fetches === undefined
        ? this.native.run(inputs)
        : isNames(fetches)
          ? this.native.run(inputs, fetches)
          : this.native.run(
              inputs,
              mapValues(fetches, (tensor) => tensor && toOrt(tensor)),
            );
    this.pending.add(task);
    try {
      const outputs = await task;
      const result: Record<string, AnyTensor> = {};
      for (const [name, value] of Object.entries(outputs)) {
        const onDevice = value instanceof OrtTensor && value.location === 'gpu-buffer';
        result[name] = given?.[name] ?? (onDevice ? new DeviceTensor(value) : fromOrt(value));
      }
      return result;
    } finally {
      this.pending.delete(task);
    }
  }

  /**
   * A copy of a vector in the host's memory. The runtime's own download ends the process (onnxruntime-node 1.30), so a graph
   * that adds nothing brings it.
   */
  async read(tensor: AnyTensor): Promise<Tensor> {
    if (!(tensor instanceof DeviceTensor)) return tensor;
    this.copier ??= InferenceSession.create(copierBytes(), {
      executionProviders: [this.device, 'cpu'],
      logSeverityLevel: severityFatal,
    });
    const { y } = await (await this.copier).run({ x: tensor.native });
    return fromOrt(y);
  }

  /** Frees the native memory, after runs that were begun. A second call does nothing. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.allSettled(this.pending);
    // A copier that could not be made, as on a device that was lost, leaves nothing to free.
    await this.copier?.then(
      (copier) => copier.release(),
      () => undefined,
    );
    await this.native.release();
    Session.count--;
  }
}

function copierBytes(): Uint8Array {
  const g = new Graph();
  g.output(add(g, g.input('x', 'float32', ['size']), 0), 'y');
  return modelBytes(g);
}

/**
 * How many threads an operator takes on this computer: all of one or two processors; else about the number of
 * physical cores (dense products gain nothing from a second thread on a core), which leaves the editor the rest.
 */
export function defaultThreads(
  processors: number = availableParallelism(),
  arch: string = process.arch,
): number {
  if (processors <= 2) return processors;
  // Processors of the arm64 family have one thread a core; some of their cores are slow ones.
  return arch === 'arm64' ? Math.ceil(processors * 0.75) : Math.max(2, Math.ceil(processors / 2));
}

/** Whether outputs can stay in the device's memory between runs. CUDA's and DirectML's come back to the host anyway. */
export function keepsTensors(device: SessionDevice): boolean {
  return device === 'webgpu';
}

/** Without this, the runtime would leave the device out with a line on the console, and compute on the CPU. */
function requireCompiledIn(device: SessionDevice): void {
  if (listSupportedBackends().some((backend) => backend.name === device)) return;
  throw new DeviceError(device, `not part of the runtime for ${process.platform}-${process.arch}`);
}

/** The devices besides the CPU that the runtime has for this platform; whether they work is another matter. */
export function acceleratorsHere(): SessionDevice[] {
  const names = new Set(listSupportedBackends().map(({ name }) => name));
  return (['cuda', 'dml', 'webgpu'] as const).filter((device) => names.has(device));
}

function isNames(fetches: Fetches): fetches is readonly string[] {
  return Array.isArray(fetches);
}

function toOrt(tensor: AnyTensor): OrtTensor {
  if (tensor instanceof DeviceTensor) return tensor.native;
  return new OrtTensor(tensor.type, tensor.data, tensor.shape);
}

function inHost(tensor: AnyTensor): Tensor {
  if (tensor instanceof DeviceTensor)
    throw new Error('An output stays on the device: ask with `runOnDevice`.');
  return tensor;
}

const types: ReadonlySet<string> = new Set<DataType>([
  'float32',
  'float16',
  'int64',
  'int32',
  'int8',
  'uint8',
  'bool',
]);

function fromOrt(value: unknown): Tensor {
  if (!(value instanceof OrtTensor) || !types.has(value.type)) {
    throw new Error('The graph gives an output of a type that tensors do not have.');
  }
  const data = value.data;
  return {
    type: value.type as DataType,
    shape: [...value.dims],
    // Newer Node versions have a Float16Array; here 16-bit floats are their bits, as in safetensors and ONNX.
    data: (value.type === 'float16' && ArrayBuffer.isView(data) && !(data instanceof Uint16Array)
      ? new Uint16Array(data.buffer, data.byteOffset, value.size)
      : data) as Tensor['data'],
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
}

function refuseAliases(
  feeds: Readonly<Record<string, AnyTensor>>,
  fetches: Readonly<Record<string, Tensor | null>>,
): void {
  const read = new Map(
    Object.entries(feeds).flatMap(([name, tensor]) =>
      tensor instanceof DeviceTensor ? [] : [[tensor.data, name] as const],
    ),
  );
  for (const [name, tensor] of Object.entries(fetches)) {
    const input = tensor && read.get(tensor.data);
    if (input) throw new Error(`Output "${name}" would be written over input "${input}" while it is read.`);
  }
}

function creationError(error: unknown, model: Uint8Array | string, device: SessionDevice): Error {
  const cause = messageOf(error);
  if (device !== 'cpu' && /adapter|provider|backend|device|library|driver/i.test(cause)) {
    return new DeviceError(device, reasonOf(cause), error);
  }
  if (typeof model === 'string') {
    return new AppError(
      'runtime/model-file',
      `${model} cannot be loaded as an ONNX model (${firstLine(cause)}); export it again.`,
      { cause: error },
    );
  }
  return new Error(`The graph cannot be loaded: ${cause}`, { cause: error });
}

/** A runtime's message as a short reason: 'no adapter' out of a stack of C++ source places. */
function reasonOf(message: string): string {
  if (/adapter/i.test(message)) return 'no adapter';
  if (/failed to load (shared )?library|cannot open shared object/i.test(message)) return missingLibraries;
  if (/backend not found|is unsupported|not supported/i.test(message))
    return 'not part of this build of the runtime';
  return firstLine(message);
}

/** What went wrong as a sentence part: 'no adapter'. */
export function shortReason(error: unknown): string {
  return error instanceof DeviceError ? error.reason : firstLine(messageOf(error));
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.trim().replace(/\.$/, '').slice(0, 200) ?? '';
}
