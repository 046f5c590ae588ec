/**
 * What agents are offered, in the editor as language-model tools and elsewhere over the Model Context Protocol: names, descriptions and
 * inputs are the same. package.json repeats them for the editor, and a test compares the two.
 */
import * as z from 'zod/mini';

/** Of one call, so that memory and the agent's context stay bounded. */
const mostTexts = 256;
const mostCharacters = 1_000_000;
const mostFound = 100;
const mostSuggested = 50;

/** As much of a text as an agent is shown that has not sent it, in characters. */
export const excerptLength = 200;

/** How long an agent waits for suggestions that take more texts into account, in milliseconds. */
export const suggestPatienceMs = 20_000;

export const agentTools = {
  list_labels: {
    description: 'The labels that the text classifier knows.',
    input: {},
  },
  classify_text: {
    description:
      'Labels texts with the classifier, on this computer. Each answer has a label, a calibrated score from 0 to 1, the runner-up, ' +
      'and "abstained": true where the classifier is unsure.',
    input: {
      texts: z
        .array(z.string().check(z.maxLength(mostCharacters)))
        .check(z.minLength(1), z.maxLength(mostTexts), z.describe('The texts, each whole.')),
    },
  },
  find_texts_by_label: {
    description:
      'Texts that the classifier has given a label, surest first: where each stands, its score, and how it begins.',
    input: {
      label: z.string().check(z.describe('One of those that list_labels names.')),
      least: z._default(z.number().check(z.gte(0), z.lte(1), z.describe('The lowest score.')), 0),
      count: z._default(z.int().check(z.gte(1), z.maximum(mostFound), z.describe('How many at most.')), 20),
    },
  },
  suggest_texts_to_label: {
    description:
      'Texts without a label that a person should label next because the classifier would learn most from them: where each stands, how it ' +
      'begins, and the reason: "unsure" between labels, "cover" for a group of texts without a label, perhaps of a "rare" label, or ' +
      '"random" so that figures stay honest. "settled": false means that a later call knows more.',
    input: {
      count: z._default(
        z.int().check(z.gte(1), z.maximum(mostSuggested), z.describe('How many at most.')),
        10,
      ),
    },
  },
};

export type AgentToolName = keyof typeof agentTools;

/** A window may have several classifiers, where the other server has one model: an input of every tool of the editor. */
const whichClassifier = {
  classifier: z.optional(
    z.string().check(z.describe('Name of the classifier; without it the one that is worked on.')),
  ),
};

/** Inputs of the tools in the editor. */
export const editorInputs = {
  list_labels: z.object({ ...whichClassifier, ...agentTools.list_labels.input }),
  classify_text: z.object({ ...whichClassifier, ...agentTools.classify_text.input }),
  find_texts_by_label: z.object({ ...whichClassifier, ...agentTools.find_texts_by_label.input }),
  suggest_texts_to_label: z.object({ ...whichClassifier, ...agentTools.suggest_texts_to_label.input }),
} satisfies Record<AgentToolName, z.ZodMiniType>;

/** What a call has said, with what it left out filled in. */
export type EditorInput<Name extends AgentToolName> = z.infer<(typeof editorInputs)[Name]>;
