/**
 * A model as tools of the Model Context Protocol (https://modelcontextprotocol.io), for agents: over standard input and output. In a bundle
 * of its own, so that the other commands do not read its libraries.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import * as z from 'zod/mini';
import { version } from '../../package.json';
import { agentTools } from '../protocol/agentTools';
import type { ReadingParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import { answersTo } from './answering';
import type { ServedTexts } from './servedTexts';

export interface Served {
  readonly engine: EngineClient;
  readonly reading: ReadingParams;
  /** Of the model, in its order. */
  readonly labels: readonly string[];
  /** Undefined when none are served. */
  readonly texts: ServedTexts | undefined;
}

const firstCall = 'The first call reads all files that were given to this server.';

/** Nothing here changes anything or leaves this computer. */
const annotations = { readOnlyHint: true, openWorldHint: false };

const scored = z.object({ label: z.string(), score: z.number() });
const answer = {
  label: z.string(),
  score: z.number(),
  abstained: z.boolean(),
  runnerUp: z.optional(scored),
};
const place = {
  file: z.optional(z.string()),
  line: z.optional(z.number()),
  row: z.optional(z.number()),
  part: z.optional(z.string()),
  id: z.optional(z.string()),
};
const reason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unsure'), top: z.array(scored) }),
  z.object({ kind: z.literal('cover'), groupSize: z.number() }),
  z.object({ kind: z.literal('rare'), label: z.string() }),
  z.object({ kind: z.literal('random') }),
]);

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
  const { list_labels, classify_text, find_texts_by_label, suggest_texts_to_label } = agentTools;
  server.registerTool(
    'list_labels',
    {
      description: list_labels.description,
      inputSchema: list_labels.input,
      outputSchema: { labels: z.array(z.string()) },
      annotations,
    },
    () => structured({ labels: [...labels] }),
  );
  server.registerTool(
    'classify_text',
    {
      description: classify_text.description,
      inputSchema: classify_text.input,
      outputSchema: { answers: z.array(z.object(answer)) },
      annotations,
    },
    async ({ texts: asked }, { signal }) => {
      const all = asked.map((text) => ({ place: {}, text }));
      return structured({ answers: await answersTo(all, engine, reading, signal) });
    },
  );
  if (!texts) return server;

  server.registerTool(
    'find_texts_by_label',
    {
      description: `${find_texts_by_label.description} ${firstCall}`,
      inputSchema: { ...find_texts_by_label.input, label: z.enum(labels as [string, ...string[]]) },
      outputSchema: {
        texts: z.array(z.object({ ...place, ...answer, excerpt: z.string() })),
        of: z.number(),
      },
      annotations,
    },
    async ({ label, least, count }) => {
      const own = (await texts.found()).filter((text) => text.label === label && text.score >= least);
      return structured({ texts: own.slice(0, count), of: own.length });
    },
  );
  server.registerTool(
    'suggest_texts_to_label',
    {
      description: `${suggest_texts_to_label.description} ${firstCall}`,
      inputSchema: suggest_texts_to_label.input,
      outputSchema: {
        suggestions: z.array(z.object({ ...place, excerpt: z.string(), reason })),
        settled: z.boolean(),
      },
      annotations,
    },
    async ({ count }, { signal }) => structured({ ...(await texts.suggest(count, signal)) }),
  );
  return server;
}

/** An answer for programs, and the same as text for clients that do not know those. */
function structured(content: Record<string, unknown>): {
  structuredContent: Record<string, unknown>;
  content: { type: 'text'; text: string }[];
} {
  return { structuredContent: content, content: [{ type: 'text', text: JSON.stringify(content) }] };
}
