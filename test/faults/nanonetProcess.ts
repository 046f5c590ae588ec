/** `nanonet` as a process of its own: listened to, and killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/setup.mjs';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export class NanonetProcess {
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private out = '';
  private err = '';

  constructor(cwd: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
      cwd,
      stdio: 'pipe',
    });
    this.child.stdout?.on('data', (data) => (this.out += String(data)));
    this.child.stderr?.on('data', (data) => (this.err += String(data)));
    this.ended = new Promise((resolve) =>
      this.child.on('close', (code) => resolve({ code, out: this.out, err: this.err })),
    );
  }

  /** Into standard input, which stays open. */
  type(text: string | Buffer): void {
    this.child.stdin?.on('error', () => undefined).write(text); // it may have ended
  }

  /** On standard error, so far. */
  get said(): string {
    return this.err;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Of processes that it has started; Linux alone knows. */
  get children(): number[] {
    try {
      const { pid } = this.child;
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number);
    } catch {
      return []; // it has ended
    }
  }
}
