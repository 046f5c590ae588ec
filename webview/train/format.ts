/** Numbers as a person reads them. A no-break space keeps a number with its unit. */
import type { TextCounts } from '../../extension/protocol/snapshot';
import { words } from './words';

const space = '\u00a0';
const grouped = new Intl.NumberFormat('en');
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** 7948 -> "7,948". */
export function whole(value: number): string {
  return grouped.format(Math.round(value));
}

/** "7,948", or "20,000 of 1,000,000" where some were left out. */
export function unlabelledTexts({ unlabelled, leftOut = 0 }: TextCounts): string {
  return leftOut > 0 ? words.sampled(whole(unlabelled), whole(unlabelled + leftOut)) : whole(unlabelled);
}

/** 0 to 1 -> "0.87". */
export function share(value: number): string {
  return value.toFixed(2);
}

/** A change of a share: "+0.03", "−0.01". */
export function signedShare(value: number): string {
  const text = share(Math.abs(value));
  return value < 0 && Number(text) !== 0 ? `−${text}` : `+${text}`;
}

/** A loss: three digits that matter, "0.412". */
export function loss(value: number): string {
  return value.toFixed(3);
}

/** 0 to 1 -> "42 %". Rounds down, so that 100 % means done. */
export function percent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9)}${space}%`;
}

/** Bytes -> "9.1 MB" (decimal, as the editor and the system show files). */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 99.5 ? whole(value) : oneDigit.format(value)}${space}${units[unit] ?? ''}`;
}

/** A count of parameters or of texts a second, short: 73728 -> "73.7 K". */
export function short(count: number): string {
  if (count < 10_000) return count < 100 ? oneDigit.format(count) : whole(count);
  const [value, unit] = count < 999_500 ? [count / 1e3, 'K'] : [count / 1e6, 'M'];
  return `${value >= 99.5 ? whole(value) : oneDigit.format(value)}${space}${unit}`;
}

/** Milliseconds -> "2 min 41 s", "1 h 5 min". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${space}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${space}min ${seconds % 60}${space}s`;
  return `${Math.floor(minutes / 60)}${space}h ${minutes % 60}${space}min`;
}

/** Milliseconds -> "0:52", "12:07", "1:02:09": a clock, whose width does not jump. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Estimated bytes -> "0.9 GB". */
export function roughMemory(count: number): string {
  return `${oneDigit.format(Math.max(0.1, count / 1e9))}${space}GB`;
}

/** Estimated milliseconds -> "40 s", "3 min", "2 h". */
export function roughTime(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 55) return `${Math.max(1, Math.ceil(seconds / 10)) * 10}${space}s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? `${minutes}${space}min` : `${Math.round(minutes / 60)}${space}h`;
}

/** The time left, as coarse as it is known: a number that changes each second only looks exact. */
export function timeLeft(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 8) return words.left.soon;
  if (seconds < 55) return words.left.about(`${Math.ceil(seconds / 10) * 10}${space}s`);
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return words.left.about(`${minutes}${space}min`);
  const rest = Math.round((minutes % 60) / 10) * 10;
  const hours = Math.floor(minutes / 60) + (rest === 60 ? 1 : 0);
  return words.left.about(rest % 60 === 0 ? `${hours}${space}h` : `${hours}${space}h ${rest}${space}min`);
}

/** Encoder layers: [0, 1, 2, 5] -> "0–2, 5". */
export function layerRanges(layers: readonly number[]): string {
  const runs: [from: number, to: number][] = [];
  for (const layer of layers) {
    const last = runs.at(-1);
    if (last !== undefined && layer === last[1] + 1) last[1] = layer;
    else runs.push([layer, layer]);
  }
  return runs
    .flatMap(([from, to]) =>
      to - from >= 2 ? [`${from}–${to}`] : from === to ? [`${from}`] : [`${from}`, `${to}`],
    )
    .join(', ');
}
