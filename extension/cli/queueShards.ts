/** What goes through a queue: a shard is the texts that are read together. Both ends hold what arrives to these forms. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/** Before the names of all keys in Redis. */
export const keyPrefix = 'nanonet';
/** Grows when one end could no longer understand the other. */
const format = 1;
/** How often a shard is begun whose reading fails. */
export const attempts = 3;
/** How often a shard comes back from workers that died with it. */
export const mostLost = 20;

export const shardSchema = z.object({ model: z.string(), texts: z.array(z.string()).check(z.minLength(1)) });
export type ShardTexts = z.infer<typeof shardSchema>;

const predictionSchema = z.object({
  label: z.string(),
  score: z.number(),
  runnerUp: z.optional(z.object({ label: z.string(), score: z.number() })),
  abstained: z.boolean(),
});

/** One prediction a text; or which text, from 0, cannot be read, and why not. */
export const shardAnswerSchema = z.union([
  z.object({ predictions: z.array(predictionSchema) }),
  z.object({ at: z.number(), reason: z.string() }),
]);
export type ShardAnswer = z.infer<typeof shardAnswerSchema>;

/** A queue for each model: workers never meet the texts of another one. */
export function queueName(model: string): string {
  return `v${format}-${model}`;
}

/** The same for the same texts: one that is sent again takes its own place. */
export function shardId(texts: readonly string[]): string {
  return `s${createHash('sha256').update(JSON.stringify(texts)).digest('hex')}`;
}
