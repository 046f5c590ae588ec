import { readingBatches, type Window } from '../encoders/tokenBatches';
import type { Graph } from '../graph/graph';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { floats, type Tensor } from '../runtime/tensor';
import { inEightBits } from './inEightBits';
import type { Vectors } from './vectors';

export interface ReadingPlace {
  readonly padId: number;
  readonly device: SessionDevice;
  /** Whether products by frozen weights are computed in 8 bits, where the device gains by it. */
  readonly eightBit: boolean;
}

/**
 * What a graph says of windows.
 * @param graph reads `input_ids` and `attention_mask`; all its outputs are float32 [batch, size]
 * @param feeds its other inputs
 * @returns of each output, by name, one row a window
 */
export async function readRows(
  graph: Graph,
  windows: readonly Window[],
  { padId, ...place }: ReadingPlace,
  signal: AbortSignal,
  feeds: Readonly<Record<string, Tensor>> = {},
): Promise<ReadonlyMap<string, Vectors>> {
  const read = new Map<string, Vectors>();
  const session = await Session.create(modelBytes(inEightBits(graph, place)), place);
  try {
    for (const { batch, feeds: tokens } of readingBatches(windows, padId)) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      for (const [name, tensor] of Object.entries(await session.run({ ...tokens, ...feeds }))) {
        const rows = floats(tensor);
        const size = rows.length / batch.length;
        const into = read.get(name) ?? { size, data: new Float32Array(windows.length * size) };
        read.set(name, into);
        batch.forEach((window, row) =>
          into.data.set(rows.subarray(row * size, (row + 1) * size), window * size),
        );
      }
    }
  } finally {
    await session.dispose();
  }
  return read;
}
