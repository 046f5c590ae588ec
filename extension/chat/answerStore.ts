/** What a model has answered, in a file of JSON Lines: work that was stopped anywhere goes on without asking it again. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import type { ChatQuestion, Destination } from './chatModel';

const lineSchema = z.object({ question: z.string(), answer: z.string() });

export class AnswerStore {
  private constructor(
    private readonly file: string,
    private readonly answers: Map<string, string>,
  ) {}

  /** @param file need not exist; a last line that was torn is left out */
  static async open(file: string): Promise<AnswerStore> {
    await mkdir(dirname(file), { recursive: true });
    const source = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const answers = new Map<string, string>();
    for (const line of source.split('\n')) {
      const kept = lineSchema.safeParse(jsonOrUndefined(line)).data;
      if (kept) answers.set(kept.question, kept.answer);
    }
    if (source !== '' && !source.endsWith('\n')) await appendFile(file, '\n');
    return new AnswerStore(file, answers);
  }

  get(question: ChatQuestion, model: Destination): string | undefined {
    return this.answers.get(keyOf(question, model));
  }

  /** Resolves when the answer is in the file. Only what could be used belongs here: it is never asked for again. */
  async keep(question: ChatQuestion, model: Destination, answer: string): Promise<void> {
    const key = keyOf(question, model);
    this.answers.set(key, answer);
    await appendFile(this.file, `${JSON.stringify({ question: key, answer })}\n`);
  }
}

/** The question itself is not kept: it has the text in it, and the examples. */
function keyOf({ system, user }: ChatQuestion, { host, model }: Destination): string {
  return createHash('sha256')
    .update(JSON.stringify([host, model, system, user]))
    .digest('base64url');
}
