/** Answers in a file, a line each, so that a command that was stopped can go on. */
import { createReadStream } from 'node:fs';
import { open, stat, truncate, type FileHandle } from 'node:fs/promises';
import { AppError, messageOf } from '../protocol/appError';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import { textLines, type TextLine } from '../sources/textLines';
import type { Answer } from './answering';
import type { PlacedText } from './texts';
import { usageError } from './usageError';

/** Places and scores; a file's path has at most some thousand letters. */
export const longestAnswer = 100_000;

export class AnswerFile {
  /** Bytes of the batches that are whole. */
  private kept = 0;
  private written: FileHandle | undefined;

  private constructor(
    private readonly path: string,
    /** What an earlier command has answered, from its first line on. */
    private earlier: AsyncGenerator<TextLine> | undefined,
  ) {}

  /** @throws AppError('cli/usage') when there is such a file, and nobody said to go on with it */
  static async open(path: string, resume: boolean): Promise<AnswerFile> {
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== undefined && !resume)
      throw usageError(
        `${path} is there already; --resume goes on with it, another --out leaves it as it is.`,
      );
    return new AnswerFile(path, size === undefined ? undefined : textLines(piecesOf(path), longestAnswer));
  }

  /**
   * What the file holds of the next texts from before. A batch of which an answer is missing or torn is answered anew, and all
   * after it: so what comes out is what a command would have made that was never stopped.
   * @throws AppError('cli/other-answers')
   */
  async before(texts: readonly PlacedText[]): Promise<Answer[] | undefined> {
    if (!this.earlier) return undefined;
    const answers: Answer[] = [];
    let bytes = 0;
    for (const { place } of texts) {
      const next = await this.earlier.next();
      const line = next.done === true || next.value.end === '' ? undefined : next.value;
      if (line === undefined) {
        this.earlier = undefined;
        return undefined;
      }
      const answer = answerIn(line);
      if (!answer || !isOf(answer, place))
        throw this.other(line, `this is no answer about ${toldPlace(place)}`);
      answers.push(answer);
      bytes += Buffer.byteLength(line.text ?? '') + line.end.length;
    }
    this.kept += bytes;
    return answers;
  }

  /** On the disk when it resolves. @throws AppError('cli/not-written') */
  async add(lines: readonly string[]): Promise<void> {
    try {
      this.written ??= await this.begin();
      await this.written.appendFile(lines.map((line) => `${line}\n`).join(''));
    } catch (error) {
      throw new AppError(
        'cli/not-written',
        `${this.path} cannot be written (${messageOf(error)}); --resume goes on with what it holds.`,
        { cause: error },
      );
    }
  }

  /** After the last text; the file is there then. @throws AppError('cli/other-answers') when the file has answers to more */
  async finish(): Promise<void> {
    const next = await this.earlier?.next();
    if (next?.done === false)
      throw this.other(next.value, 'this is an answer about a text that was not given');
    // Of no texts there are no answers, and a file says so.
    if (!this.earlier) await this.add([]);
  }

  async close(): Promise<void> {
    await this.written?.close();
  }

  private other({ line }: TextLine, what: string): AppError {
    return new AppError(
      'cli/other-answers',
      `${this.path}, line ${line}: ${what}; give the same texts as before, or another --out.`,
    );
  }

  private async begin(): Promise<FileHandle> {
    const file = await open(this.path, 'a');
    await truncate(this.path, this.kept);
    return file;
  }
}

async function* piecesOf(path: string): AsyncGenerator<string> {
  for await (const piece of createReadStream(path, 'utf8')) yield piece as string;
}

function answerIn({ text = '' }: TextLine): Answer | undefined {
  const answer = jsonOrUndefined(text);
  return typeof answer === 'object' && answer !== null && 'label' in answer ? (answer as Answer) : undefined;
}

function isOf(answer: Answer, place: PlacedText['place']): boolean {
  return (['file', 'line', 'row', 'part', 'id'] as const).every((name) => answer[name] === place[name]);
}

/** Where a text stands, for people. */
export function toldPlace({ file = 'standard input', line, part }: PlacedText['place']): string {
  if (line === undefined) return part === undefined ? file : `${file}, ${part}`;
  return `${file}, line ${line}`;
}
