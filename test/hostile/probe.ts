/** A process that reads what it is told to: a crash, a hang and memory are its own. Bundled by whoever starts it. */
import type { Source } from '../../extension/sources/sources';
import { readHostile, type Reading } from './reading';

/** `ms` on the clock, `cpuMs` of the processor; `peakBytes` so far. */
export type ProbeAnswer = Reading & {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
};

process.on('disconnect', () => process.exit(0));
process.on('message', ({ root, source }: { root: string; source: Source }) => {
  const start = performance.now();
  const before = process.cpuUsage();
  void readHostile(root, source).then((reading) => {
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    process.send?.({ ...reading, ms: performance.now() - start, cpuMs, peakBytes } satisfies ProbeAnswer);
  });
});
