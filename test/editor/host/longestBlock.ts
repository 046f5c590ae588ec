/** How long the event loop of this process stood still, and how much of that was its own doing. */
export interface BlockWatch {
  /**
   * `gapMs`: the longest wait of a 5 ms timer. `blockMs`: the most processor time that this process used within one such
   * wait, but not more than the wait itself; other processes that take the processor away do not count.
   */
  stop(): { readonly blockMs: number; readonly gapMs: number };
}

const everyMs = 5;

export function longestBlock(): BlockWatch {
  let [blockMs, gapMs] = [0, 0];
  let last = performance.now();
  let used = process.cpuUsage();
  const timer = setInterval(() => {
    const gap = performance.now() - last;
    const { user, system } = process.cpuUsage(used);
    gapMs = Math.max(gapMs, gap);
    blockMs = Math.max(blockMs, Math.min(gap, (user + system) / 1000));
    last = performance.now();
    used = process.cpuUsage();
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { blockMs, gapMs };
    },
  };
}
