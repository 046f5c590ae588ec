/** The form of each answer, and what is taken from one. Nothing is taken that is not in the form. */
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import type { Proposal, Reflection, Verdict } from '../protocol/committeeApi';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import type { AnswerForm, JsonSchema } from './chatModel';
import { mark } from './foreignText';

/** Of a reason: longer ones are cut, for they are there to be read. */
const reasonCharacters = 500;

/** Of an answer: models that think aloud need them, the others do not use them. */
const mostTokens = 1000;

const percent = z.pipe(
  z.number().check(z.minimum(0), z.maximum(100)),
  z.transform((value) => value / 100),
);
const reason = z.pipe(
  z.string(),
  z.transform((value) => value.replaceAll(mark, ' ').replace(/\s+/g, ' ').trim().slice(0, reasonCharacters)),
);

const proposalSchema = z.object({ evidence: reason, label: z.nullable(z.string()), confidence: percent });
const verdictSchema = z.object({ reason, verdict: z.enum(['errors', 'no errors']) });
const reflectionSchema = z.object({
  reason,
  decision: z.enum(['keep', 'change', 'abstain']),
  label: z.nullable(z.string()),
  confidence: percent,
});

// What an answer gives reasons for comes behind them: models write from left to right.

export function proposalForm(labels: readonly string[]): AnswerForm {
  return form('proposal', {
    evidence: { type: 'string' },
    label: oneOf(labels),
    confidence: { type: 'integer' },
  });
}

export function verdictForm(): AnswerForm {
  return form('verdict', {
    reason: { type: 'string' },
    verdict: { type: 'string', enum: ['errors', 'no errors'] },
  });
}

export function reflectionForm(labels: readonly string[]): AnswerForm {
  return form('reflection', {
    reason: { type: 'string' },
    decision: { type: 'string', enum: ['keep', 'change', 'abstain'] },
    label: oneOf(labels),
    confidence: { type: 'integer' },
  });
}

/** @throws AppError('chat/malformed-answer' | 'chat/unknown-label') */
export function proposalIn(answer: string, labels: readonly string[]): Proposal {
  const proposal = parsed(answer, proposalSchema);
  mustKnow(proposal.label, labels);
  return proposal;
}

/** @throws AppError('chat/malformed-answer') */
export function verdictIn(answer: string): Verdict {
  const { reason: why, verdict } = parsed(answer, verdictSchema);
  return { objects: verdict === 'errors', reason: why };
}

/**
 * @param proposal what was objected to
 * @throws AppError('chat/malformed-answer' | 'chat/unknown-label')
 */
export function reflectionIn(answer: string, proposal: Proposal, labels: readonly string[]): Reflection {
  const { reason: why, decision, label, confidence } = parsed(answer, reflectionSchema);
  const settled = decision === 'keep' ? proposal.label : label;
  mustKnow(settled, labels);
  if (decision === 'abstain' || settled === null) return { kind: 'abstain', confidence, reason: why };
  return { kind: settled === proposal.label ? 'keep' : 'change', label: settled, confidence, reason: why };
}

function oneOf(labels: readonly string[]): JsonSchema {
  return { type: ['string', 'null'], enum: [...labels, null] };
}

function form(name: string, properties: Readonly<Record<string, JsonSchema>>): AnswerForm {
  const required = Object.keys(properties);
  return {
    name,
    schema: { type: 'object', properties, required, additionalProperties: false },
    maxTokens: mostTokens,
  };
}

function parsed<T extends z.ZodMiniType>(answer: string, schema: T): z.output<T> {
  const { data, success } = schema.safeParse(jsonIn(answer));
  if (success) return data;
  throw new AppError('chat/malformed-answer', 'The model’s answer is not in the form that was asked for.');
}

/** Models that nothing holds to a form think aloud first, or put their answer into a block of code. */
function jsonIn(answer: string): unknown {
  const bare = answer
    .replace(/^\s*<think>[^]*?<\/think>/, '')
    .replace(/^\s*```(?:json)?\s*\n([^]*?)\n?```\s*$/, '$1');
  return jsonOrUndefined(bare);
}

/** A label that is not in the set is never put right: who knows what the model read. */
function mustKnow(label: string | null, labels: readonly string[]): void {
  if (label === null || labels.includes(label)) return;
  throw new AppError('chat/unknown-label', 'The model answered with a label that is not one of yours.');
}
