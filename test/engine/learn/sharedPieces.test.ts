import { beforeAll, describe, expect, it } from 'vitest';
import { studentGraph } from '../../../extension/engine/deploy/studentGraph';
import { sharePieces, tensorOf, type SharedPieces } from '../../../extension/engine/encoders/encoder';
import { tokenFeeds, type Window } from '../../../extension/engine/encoders/tokenBatches';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { sharedPieces } from '../../../extension/engine/learn/sharedPieces';
import { Session } from '../../../extension/engine/runtime/session';
import { floats } from '../../../extension/engine/runtime/tensor';
import { trainedModel } from '../deploy/trained';
import { cosine, loadMiniLm, type MiniLm } from '../encoders/minilm';

/** A word of a high number: it is not among the most frequent ones. */
const rareWord = 'pancakes';
let base: MiniLm;
let shared: SharedPieces;

const windowOf = (text: string): Window => base.tokenizer.windows(text, 32)[0] ?? [];
const pieceOf = (word: string): number => base.tokenizer.encode(word)[0] ?? 0;

beforeAll(async () => {
  base = await loadMiniLm();
  shared = (await share(['the committee met on friday'])) as SharedPieces;
});

function share(texts: readonly string[]): Promise<SharedPieces | undefined> {
  const windows = texts.map((text) => [windowOf(text)]);
  return sharedPieces(base.encoder, windows, 'cpu', new AbortController().signal);
}

/** Cosine of two pieces' rows. */
function likeness(a: number, b: number): number {
  const { shape, data } = tensorOf(base.encoder, base.encoder.family.pieceWeight);
  const size = shape[1] ?? 1;
  const row = (piece: number) => (data as Float32Array).subarray(piece * size, (piece + 1) * size);
  return cosine(row(a), row(b));
}

describe('pieces that share rows', () => {
  it('are none of those that occur, and take the nearest row that is kept', async () => {
    const piece = pieceOf(rareWord);
    const own = shared.kept.indexOf(piece);
    expect(own).toBe(-1);
    const taken = shared.kept[shared.rowOfPiece[piece] ?? -1] as number;
    const nearest = Math.max(...shared.kept.map((kept) => likeness(piece, kept)));
    expect(likeness(piece, taken)).toBeCloseTo(nearest, 5);

    const seen = (await share([`the ${rareWord} of the valley`])) as SharedPieces;
    expect(seen.kept[seen.rowOfPiece[piece] ?? -1]).toBe(piece);
    expect(seen.kept).toHaveLength(shared.kept.length);
  });

  it('leave every other text as it was, and read as what they are most like', async () => {
    const model = await trainedModel(base, 'lora', { layers: [0] });
    const logits = async (encoder: MiniLm['encoder'], window: Window): Promise<number[]> => {
      const { graph } = studentGraph({ ...model, encoder });
      const session = await Session.create(modelBytes(graph), { device: 'cpu' });
      try {
        const outputs = await session.run(tokenFeeds([window], base.tokenizer.padId));
        return [...floats(outputs['logits'])];
      } finally {
        await session.dispose();
      }
    };
    const smaller = sharePieces(base.encoder, shared);
    const usual = windowOf('the committee met on friday');
    expect(await logits(smaller, usual)).toEqual(await logits(base.encoder, usual));

    const piece = pieceOf(rareWord);
    const rare = windowOf(`the ${rareWord} of the valley`);
    const taken = shared.kept[shared.rowOfPiece[piece] ?? -1] as number;
    const likened = rare.map((token) => (token === piece ? taken : token));
    expect(await logits(smaller, rare)).toEqual(await logits(base.encoder, likened));
    expect(await logits(base.encoder, rare)).not.toEqual(await logits(base.encoder, likened));
  });
});
