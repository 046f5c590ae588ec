/**
 * Waits for a condition by asking again and again.
 *
 * @param what says what is waited for; it becomes the error's words
 * @param ask resolves to undefined or false as long as the condition does not hold
 * @returns what `ask` resolved to
 * @throws Error when it did not hold within `timeoutMs`
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 30_000, everyMs = 100 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
