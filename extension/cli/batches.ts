/**
 * Groups what comes into batches: full ones where it comes fast; what is there after `waitMs` where it comes slowly, as
 * from `tail -f`. Reads one item ahead and no further, so memory stays bounded by one batch.
 * @param waitMs `Infinity` for batches that follow from the items alone
 */
export async function* batches<T>(
  source: AsyncIterable<T>,
  isFull: (batch: readonly T[]) => boolean,
  waitMs = 100,
): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  const ahead = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    next.catch(() => undefined); // it is awaited later, and throws there
    return next;
  };
  let next = ahead();
  for (;;) {
    const first = await next;
    if (first.done === true) return;
    const batch = [first.value];
    next = ahead();
    const pause = timeout(waitMs);
    while (!isFull(batch)) {
      const more = await Promise.race([next, pause.over]);
      if (more === undefined || more.done === true) break;
      batch.push(more.value);
      next = ahead();
    }
    pause.cancel();
    yield batch;
  }
}

function timeout(ms: number): { over: Promise<undefined>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    if (ms < Infinity) timer = setTimeout(() => resolve(undefined), ms);
  });
  return { over, cancel: () => clearTimeout(timer) };
}
