/** One line of the file of predictions: what a model said of a text, or something about all of them. */
import * as z from 'zod/mini';
import type { Prediction } from '../protocol/engineApi';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';

/** What a model says of a text. */
export type Answer = Omit<Prediction, 'windows'>;

/** A text of the workspace: place and content, as the corpus has them. */
export interface PredictedText {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  /** Which part of the file: 'row 17'. The whole file without it. */
  readonly part?: string;
  /** Where the part begins in the file, from 1. */
  readonly line?: number;
  /** `hashOf` the text. */
  readonly hash: string;
  /** `excerptOf` the text, for people. */
  readonly excerpt: string;
}

/** A text with the newest answer to it. */
export interface StoredPrediction extends PredictedText, Answer {
  /** The model that said it: 'v3'. */
  readonly model: string;
  /** The answer before the pass that changed it; none where the answer is what it was. */
  readonly was?: Answer & { readonly model: string; readonly pass: number };
}

/** Going through the texts once, however often it was interrupted. */
export interface Pass {
  /** From 1. */
  readonly pass: number;
  readonly model: string;
  /** It came to its end: the next one begins anew. */
  readonly ended?: true;
}

const text = z.string();
const share = z.number().check(z.gte(0), z.lte(1));
const answer = {
  label: text,
  score: share,
  runnerUp: z.optional(z.object({ label: text, score: share })),
  abstained: z.boolean(),
  none: z.optional(z.literal(true)),
  model: text,
};
const passNumber = z.int().check(z.positive());
const predictionSchema = z.object({
  path: text.check(z.minLength(1)),
  part: z.optional(text),
  line: z.optional(z.int().check(z.positive())),
  hash: text,
  excerpt: text,
  ...answer,
  was: z.optional(z.object({ ...answer, pass: passNumber })),
});
const otherSchema = z.union([
  z.object({ pass: passNumber, model: text, ended: z.optional(z.literal(true)) }),
  /** Files whose texts are all answered, and what they looked like: path -> mark. */
  z.object({ read: z.record(text, text) }),
  /** Texts and files that are no longer there. */
  z.object({ gone: z.array(text), unread: z.array(text) }),
]);

export type PredictionLine = StoredPrediction | z.infer<typeof otherSchema>;

/** The answer alone, without what else is known. */
export function answerIn({ label, score, runnerUp, abstained, none }: Answer): Answer {
  return { label, score, abstained, ...(runnerUp && { runnerUp }), ...(none && { none }) };
}

/** Undefined for what a crash or a person left: all other lines count. */
export function parsePredictionLine(line: string): PredictionLine | undefined {
  const value = jsonOrUndefined(line);
  const schema =
    typeof value === 'object' && value !== null && 'path' in value ? predictionSchema : otherSchema;
  return schema.safeParse(value).data as PredictionLine | undefined;
}
