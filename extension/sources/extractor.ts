/** Documents and the comments of code, from a process of their own: see `readerProcess.ts`. */
import { CancelledError, messageOf } from '../protocol/appError';
import type { Extraction, Question } from './extract/format';
import { Reader, type ReaderLimits } from './readerProcess';

/** A PDF answers page by page; one of a thousand pages takes a third of the whole time. */
const limits: ReaderLimits = { memoryBytes: 512 * 1024 * 1024, quietMs: 3000, wholeMs: 30_000 };
/** The next file may be soon. */
const idleMs = 10_000;

/** One file at a time. The process begins with the first one, and ends when none has come for a while. */
export class Extractor {
  private readonly reader: Reader;
  private turn: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;

  /** @param within other limits than usual */
  constructor(within: Partial<ReaderLimits> = {}) {
    this.reader = new Reader({ ...limits, ...within });
  }

  /** @returns the texts of a file, or why there are none, as a sentence part. @throws CancelledError */
  extract(question: Question, signal?: AbortSignal): Promise<Extraction> {
    const answer = this.turn.then(() => this.ask(question, signal));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    clearTimeout(this.idle);
    this.reader.close();
  }

  private async ask(question: Question, signal?: AbortSignal): Promise<Extraction> {
    clearTimeout(this.idle);
    try {
      let found: Extraction = { texts: [] };
      for await (const answer of this.reader.read<Extraction>(question, signal)) found = answer;
      return found;
    } catch (error) {
      CancelledError.throwIf(signal);
      return { reason: messageOf(error) };
    } finally {
      this.idle = setTimeout(() => this.close(), idleMs).unref();
    }
  }
}

/** Everybody's: a process is dear, and one is as much as a person's files need. */
export const extractor = new Extractor();
