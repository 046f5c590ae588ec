const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` with a signal that fires on Ctrl-C, or when the process is asked to end. A second Ctrl-C ends at once.
 *
 * @param onInterrupt says that the wish was heard
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => void = () => undefined,
): Promise<T> {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(1);
    onInterrupt();
    abort.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(abort.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
