/**
 * A model as tools of the Model Context Protocol (https://modelcontextprotocol.io), for agents: over standard input and output. In a bundle
 * of its own, so that the other commands do not read its libraries.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import * as z from 'zod/mini';
import { version } from '../../package.json';
import type { ReadingParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import { answersTo, isFull, type Answer } from './answering';
import { batches } from './batches';
import type { PlacedText } from './texts';

export interface Served {
  readonly engine: EngineClient;
  readonly reading: ReadingParams;
  /** Of the model, in its order. */
  readonly labels: readonly string[];
  /** Read when they are first asked for; undefined when none are served. */
  readonly texts: (() => AsyncIterable<PlacedText>) | undefined;
}

const mostTexts = 256;
const mostCharacters = 1_000_000;
const mostFound = 100;
const excerptLength = 200;

/** Nothing here changes anything or leaves this computer. */
const annotations = { readOnlyHint: true, openWorldHint: false };

const answer = {
  label: z.string(),
  score: z.number(),
  abstained: z.boolean(),
};
const runnerUp = z.optional(z.object({ label: z.string(), score: z.number() }));
const place = {
  file: z.optional(z.string()),
  line: z.optional(z.number()),
  row: z.optional(z.number()),
  part: z.optional(z.string()),
  id: z.optional(z.string()),
};

type Found = Answer & { readonly excerpt: string };

/** Serves until the client closes standard input. */
export async function serveMcp(served: Served): Promise<void> {
  const server = serverOf(served);
  const closed = new Promise<void>((resolve) => (server.server.onclose = resolve));
  process.stdin.once('end', () => void server.close());
  await server.connect(new StdioServerTransport());
  await closed;
}

function serverOf({ engine, reading, labels, texts }: Served): McpServer {
  const server = new McpServer({ name: 'nanonet', version });
  server.registerTool(
    'list_labels',
    {
      description: 'The labels that the text classifier knows.',
      inputSchema: {},
      outputSchema: { labels: z.array(z.string()) },
      annotations,
    },
    () => structured({ labels: [...labels] }),
  );
  server.registerTool(
    'classify_text',
    {
      description:
        'Labels texts with the classifier, on this computer. Each answer has a label, a calibrated score from 0 to 1, the runner-up, ' +
        'and "abstained": true where the classifier is unsure.',
      inputSchema: {
        texts: z
          .array(z.string().check(z.maxLength(mostCharacters)))
          .check(z.minLength(1), z.maxLength(mostTexts), z.describe('The texts, each whole.')),
      },
      outputSchema: { answers: z.array(z.object({ ...answer, runnerUp })) },
      annotations,
    },
    async ({ texts: asked }, { signal }) => {
      const all = asked.map((text) => ({ place: {}, text }));
      return structured({ answers: await answersTo(all, engine, reading, signal) });
    },
  );
  if (!texts) return server;

  let finding: Promise<readonly Found[]> | undefined;
  const found = (): Promise<readonly Found[]> => {
    finding ??= findAll(texts(), engine, reading).catch((error: unknown) => {
      finding = undefined; // the next who asks may be luckier
      throw error;
    });
    return finding;
  };
  server.registerTool(
    'find_texts_by_label',
    {
      description:
        'Texts of the files that were given to this server that have a label, surest first: where each stands, its score, and how it begins. ' +
        'The first call reads all files.',
      inputSchema: {
        label: z.enum(labels as [string, ...string[]]),
        least: z._default(z.number().check(z.gte(0), z.lte(1), z.describe('The lowest score.')), 0),
        count: z._default(z.int().check(z.positive(), z.maximum(mostFound)), 20),
      },
      outputSchema: {
        texts: z.array(z.object({ ...place, ...answer, runnerUp, excerpt: z.string() })),
        of: z.number(),
      },
      annotations,
    },
    async ({ label, least, count }) => {
      const own = (await found()).filter((text) => text.label === label && text.score >= least);
      return structured({ texts: own.slice(0, count), of: own.length });
    },
  );
  return server;
}

/** Surest first. */
async function findAll(
  texts: AsyncIterable<PlacedText>,
  engine: EngineClient,
  reading: ReadingParams,
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const batch of batches(texts, isFull, Infinity)) {
    const answers = await answersTo(batch, engine, reading);
    answers.forEach((own, i) =>
      found.push({ ...own, excerpt: (batch[i] as PlacedText).text.slice(0, excerptLength) }),
    );
  }
  return found.sort((a, b) => b.score - a.score);
}

/** An answer for programs, and the same as text for clients that do not know those. */
function structured(content: Record<string, unknown>): {
  structuredContent: Record<string, unknown>;
  content: { type: 'text'; text: string }[];
} {
  return { structuredContent: content, content: [{ type: 'text', text: JSON.stringify(content) }] };
}
