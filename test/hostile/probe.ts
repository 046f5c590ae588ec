/** A process that reads what it is told to: a crash, a hang and memory are its own. Bundled by whoever starts it. */
import { readFileSync } from 'node:fs';
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
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    process.send?.({
      ...reading,
      ms: performance.now() - start,
      cpuMs,
      peakBytes: peakBytes(),
    } satisfies ProbeAnswer);
  });
});

/** Linux counts what the parent had into `maxRSS`. */
function peakBytes(): number {
  const peak =
    process.platform === 'linux' && /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * (peak ? Number(peak[1]) : process.resourceUsage().maxRSS);
}
