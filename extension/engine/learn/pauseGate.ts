/** Where a run waits while a person has it paused. It waits without computing, and keeps what it has in memory. */
export class PauseGate {
  private opening: PromiseWithOpen | undefined;

  get isClosed(): boolean {
    return this.opening !== undefined;
  }

  close(): void {
    this.opening ??= promiseWithOpen();
  }

  open(): void {
    this.opening?.open();
    this.opening = undefined;
  }

  /** Resolves when the gate is open; rejects with the signal's reason when that fires first. */
  async passed(signal: AbortSignal): Promise<void> {
    while (this.opening) {
      signal.throwIfAborted();
      const { promise } = this.opening;
      await new Promise<void>((resolve, reject) => {
        const abort = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', abort, { once: true });
        void promise.then(() => {
          signal.removeEventListener('abort', abort);
          resolve();
        });
      });
    }
  }
}

/** The gates of all runs of a process, by run. One that is not asked for yet may be closed already. */
export class PauseGates {
  private readonly gates = new Map<string, PauseGate>();

  of(runId: string): PauseGate {
    const gate = this.gates.get(runId) ?? new PauseGate();
    this.gates.set(runId, gate);
    return gate;
  }

  /** After the run's end. */
  forget(runId: string): void {
    this.gates.delete(runId);
  }
}

interface PromiseWithOpen {
  readonly promise: Promise<void>;
  readonly open: () => void;
}

function promiseWithOpen(): PromiseWithOpen {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}
