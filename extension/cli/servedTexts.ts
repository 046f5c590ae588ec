/** The texts that a server was given: read when they are first asked about, and then kept as little as answers need. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { excerptLength, suggestPatienceMs } from '../protocol/agentTools';
import type { ReadingParams, SuggestReason } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import { answersTo, isFull, type Answer } from './answering';
import { batches } from './batches';
import type { PlacedText } from './texts';

type Shown = PlacedText['place'] & { readonly excerpt: string };

export class ServedTexts {
  private readonly finding = new Once(() => this.findAll());
  private readonly copying = new Once(() => this.copy());
  private folder: string | undefined;

  /** @param base folder of the base model, in whose space texts without a label are compared */
  constructor(
    private readonly texts: () => AsyncIterable<PlacedText>,
    private readonly engine: EngineClient,
    private readonly reading: ReadingParams,
    private readonly base: string,
  ) {}

  /** Surest first. @throws AppError of the engine */
  found(): Promise<readonly (Answer & Shown)[]> {
    return this.finding.done();
  }

  /** Best first. @throws AppError of the engine, CancelledError */
  async suggest(
    count: number,
    signal: AbortSignal,
  ): Promise<{ suggestions: (Shown & { reason: SuggestReason })[]; settled: boolean }> {
    const { dataFile, cacheDir, rows } = await this.copying.done();
    const { modelDir } = this.reading;
    const where = { dataFile, cacheDir, base: this.base, modelDir };
    const params = { ...where, count, seed: 1, patienceMs: suggestPatienceMs };
    const { suggestions, settled } = await this.engine.suggest(params, { signal });
    return {
      suggestions: suggestions.map(({ row, reason }) => ({ ...(rows[row] as Shown), reason })),
      settled,
    };
  }

  /** Removes what was copied for the engine. */
  async close(): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private async findAll(): Promise<(Answer & Shown)[]> {
    const found: (Answer & Shown)[] = [];
    for await (const batch of batches(this.texts(), isFull, Infinity)) {
      const answers = await answersTo(batch, this.engine, this.reading);
      answers.forEach((answer, i) => found.push({ ...answer, ...shown(batch[i] as PlacedText) }));
    }
    return found.sort((a, b) => b.score - a.score);
  }

  /** In a folder that only this person may read. */
  private async copy(): Promise<{ dataFile: string; cacheDir: string; rows: readonly Shown[] }> {
    this.folder ??= await mkdtemp(join(tmpdir(), 'nanonet-mcp-'));
    const dataFile = join(this.folder, 'data.jsonl');
    const rows: Shown[] = [];
    async function* lines(texts: AsyncIterable<PlacedText>): AsyncGenerator<string> {
      for await (const placed of texts) {
        const { text, label } = placed;
        if (text.trim() === '') continue;
        rows.push(shown(placed));
        yield `${JSON.stringify({ text, ...(label !== undefined && { label }) })}\n`;
      }
    }
    await pipeline(Readable.from(lines(this.texts())), createWriteStream(dataFile));
    return { dataFile, cacheDir: this.folder, rows };
  }
}

/** Done when it is first asked for; when that fails, the next who asks may be luckier. */
class Once<T> {
  private doing: Promise<T> | undefined;

  constructor(private readonly work: () => Promise<T>) {}

  done(): Promise<T> {
    this.doing ??= this.work().catch((error: unknown) => {
      this.doing = undefined;
      throw error;
    });
    return this.doing;
  }
}

function shown({ place, text }: PlacedText): Shown {
  return { ...place, excerpt: text.slice(0, excerptLength) };
}
