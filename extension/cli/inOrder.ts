/**
 * Works on several items at once, and gives what comes of them in the items' order, each as soon as it and all before it are done.
 *
 * @param atOnce items that are taken from the source and not yet given: memory stays bounded by them
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  atOnce: number,
): AsyncGenerator<R> {
  const iterator = source[Symbol.asyncIterator]();
  const under: Promise<{ readonly result: R }>[] = [];
  const ahead = async (): Promise<{ readonly item: IteratorResult<T> }> => ({ item: await iterator.next() });
  const begun = async (item: T): Promise<{ readonly result: R }> => ({ result: await work(item) });
  let next = handled(ahead());
  let ended = false;
  while (!ended || under.length > 0) {
    const awaited = [...under.slice(0, 1), ...(!ended && under.length < atOnce ? [next] : [])];
    const came = await Promise.race(awaited);
    if ('result' in came) {
      void under.shift();
      yield came.result;
    } else if (came.item.done === true) ended = true;
    else {
      under.push(handled(begun(came.item.value)));
      next = handled(ahead());
    }
  }
}

/** It is awaited later, and throws there. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
