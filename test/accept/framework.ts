/** A requirement with its measure. Lines are measured in turn, each printed with its figure. */

export interface Measured {
  /** What was measured, with the limit: '86.2 % (at least 85.0 %)'. */
  readonly figure: string;
  readonly ok: boolean;
}

interface Line {
  readonly number: number;
  readonly text: string;
  readonly measure: () => Promise<Measured>;
}

export interface LineResult extends Measured {
  readonly number: number;
  readonly text: string;
  readonly seconds: number;
}

const lines: Line[] = [];

/** Adds a line to the list that this file is. */
export function line(number: number, text: string, measure: () => Promise<Measured>): void {
  lines.push({ number, text, measure });
}

/**
 * @param only numbers of the lines to measure; all when undefined
 * @param print hears each line as soon as it is measured
 */
export async function measureLines(
  only: readonly number[] | undefined,
  print: (text: string) => void,
): Promise<LineResult[]> {
  const results: LineResult[] = [];
  for (const { number, text, measure } of [...lines].sort((a, b) => a.number - b.number)) {
    if (only !== undefined && !only.includes(number)) continue;
    print(`${number}. ${text}`);
    const start = performance.now();
    const measured = await measure().catch((error: unknown): Measured => {
      return { figure: error instanceof Error ? (error.stack ?? error.message) : String(error), ok: false };
    });
    const seconds = Math.round((performance.now() - start) / 1000);
    print(`   ${measured.ok ? 'ok   ' : 'short'} ${measured.figure}  [${seconds} s]`);
    results.push({ number, text, ...measured, seconds });
  }
  return results;
}
