import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { StepShape } from '../../../extension/engine/learn/soloStep';

/** Debian's, which sees Debian's packages. */
const python = '/usr/bin/python3';

/** The same training step in PyTorch, in a process of its own that takes one step when it is told to. */
export class TorchStep {
  private readonly lines: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    reader: Interface,
  ) {
    this.lines = reader[Symbol.asyncIterator]();
  }

  /** Needs Debian's `python3-torch`, and `libopenblas0`, without which it computes fifteen times as slowly. */
  static create({ layers, batch, tokens }: StepShape, threads: number): TorchStep {
    const args = [layers, batch, tokens, threads].map(String);
    const child = spawn(python, [join(import.meta.dirname, 'step.py'), ...args]);
    child.stdin.on('error', () => undefined); // it ended: the missing answer says so
    return new TorchStep(child, createInterface(child.stdout));
  }

  /** @returns milliseconds @throws Error when PyTorch does not answer */
  async run(): Promise<number> {
    this.child.stdin.write('step\n');
    const { value, done } = await this.lines.next();
    if (done === true)
      throw new Error('PyTorch did not answer: on Debian, apt-get install python3-torch libopenblas0.');
    return Number(value);
  }

  static version(): string {
    return execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    }).trim();
  }

  dispose(): void {
    this.child.kill();
  }
}
