/** A WordPiece vocabulary without pieces that hardly occur: its rows are most of a small model. */
import { isJsonObject, type JsonObject } from './jsonFile';

export interface PrunedVocabulary {
  /** `tokenizer.json` and `tokenizer_config.json` with the pieces that are kept, numbered anew. */
  readonly json: JsonObject;
  readonly config: JsonObject;
  /** Former number of each piece. */
  readonly kept: readonly number[];
}

/**
 * The `most` pieces that matter most: special tokens and single characters, so that every word that could be written
 * still can; then those that occur, the most frequent first; then the lowest numbers, as BERT's vocabulary is in order of
 * frequency. A word whose piece is gone is read in shorter pieces.
 * @param counts how often each piece occurs, by its number
 * @returns undefined when there is nothing to leave out, or when the files are not those of a WordPiece tokenizer
 */
export function pruneVocabulary(
  json: JsonObject,
  config: JsonObject,
  counts: Uint32Array,
  most: number,
): PrunedVocabulary | undefined {
  const { model, post_processor: post } = json;
  if (!isJsonObject(model) || model['type'] !== 'WordPiece' || !isJsonObject(model['vocab']))
    return undefined;
  if (post !== null && post !== undefined && !(isJsonObject(post) && post['type'] === 'TemplateProcessing'))
    return undefined;
  const vocabulary = Object.entries(model['vocab']).map(([piece, id]) => ({ piece, id: Number(id) }));
  if (vocabulary.length <= most) return undefined;

  const added = Array.isArray(json['added_tokens']) ? json['added_tokens'].filter(isJsonObject) : [];
  const special = new Set([model['unk_token'], ...added.map(({ content }) => content)]);
  const prefix = String(model['continuing_subword_prefix'] ?? '##');
  /** Lower ranks are kept first. */
  const rank = ({ piece, id }: { piece: string; id: number }): number => {
    if (special.has(piece)) return 0;
    if (isSpare(piece)) return Infinity;
    if (isCharacter(piece, prefix)) return 1;
    return counts[id] ? 2 : 3;
  };
  const kept = vocabulary
    .map((entry) => ({ ...entry, rank: rank(entry), count: counts[entry.id] ?? 0 }))
    .filter((entry) => entry.rank < Infinity)
    .toSorted((a, b) => a.rank - b.rank || b.count - a.count || a.id - b.id)
    .filter((entry, i) => i < most || entry.rank < 2)
    .toSorted((a, b) => a.id - b.id);
  const renumbered = new Map(kept.map(({ id }, i) => [id, i]));
  const numberOf = (id: unknown): number => renumbered.get(Number(id)) ?? 0;
  return {
    kept: kept.map(({ id }) => id),
    json: {
      ...json,
      added_tokens: added.map((token) => ({ ...token, id: numberOf(token['id']) })),
      model: { ...model, vocab: Object.fromEntries(kept.map(({ piece }, i) => [piece, i])) },
      ...(isJsonObject(post) && { post_processor: renumberedTemplate(post, numberOf) }),
    },
    config: renumberedConfig(config, numberOf),
  };
}

/** Places that BERT's vocabulary holds free; no text has them. */
function isSpare(piece: string): boolean {
  return /^\[unused\d+\]$/.test(piece);
}

function isCharacter(piece: string, prefix: string): boolean {
  const content = piece.startsWith(prefix) ? piece.slice(prefix.length) : piece;
  return [...content].length <= 1;
}

function renumberedTemplate(post: JsonObject, numberOf: (id: unknown) => number): JsonObject {
  const tokens = isJsonObject(post['special_tokens']) ? Object.entries(post['special_tokens']) : [];
  return {
    ...post,
    special_tokens: Object.fromEntries(
      tokens.map(([name, token]) => {
        const ids = isJsonObject(token) && Array.isArray(token['ids']) ? token['ids'].map(numberOf) : [];
        return [name, isJsonObject(token) ? { ...token, ids } : token];
      }),
    ),
  };
}

function renumberedConfig(config: JsonObject, numberOf: (id: unknown) => number): JsonObject {
  const decoder = config['added_tokens_decoder'];
  if (!isJsonObject(decoder)) return config;
  const renumbered = Object.entries(decoder).map(([id, token]) => [String(numberOf(id)), token] as const);
  return { ...config, added_tokens_decoder: Object.fromEntries(renumbered) };
}
