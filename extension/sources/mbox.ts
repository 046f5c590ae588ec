/** Mailboxes (RFC 4155): many e-mails in one file, each after a line that begins with "From ". */
import { CancelledError } from '../protocol/appError';
import { mailText } from './mail';
import type { SourceItem } from './source';
import { textLines } from './textLines';
import { maxMailBytes } from './wholeFile';
import { chunksOf, largerThan, type ByteSource, type OpenFile } from './workspaceFile';

/** A line before a message is shorter. Characters. */
const longestMark = 500;
/** Lines are put together so many at a time: a string for each would cost more than the message. */
const linesTogether = 1000;

/** A message as it comes out of the mailbox. */
interface Message {
  /** Of its first line in the file, from 1. */
  readonly line: number;
  /** Undefined when it is larger than `maxMailBytes`. */
  readonly bytes?: Buffer;
}

/** The texts of a mailbox: one message in memory at a time. */
export async function* readMailbox(
  path: string,
  file: OpenFile,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  let message = 0;
  for await (const { line, bytes } of messagesOf(file, signal)) {
    message += 1;
    const part = `message ${message}`;
    const said = bytes ? await mailText(bytes) : { reason: largerThan(maxMailBytes) };
    yield 'text' in said
      ? { path, part, text: said.text }
      : { path, line, reason: `${part}: ${said.reason}` };
  }
  if (message === 0 && file.size > 0)
    yield { path, reason: 'it is no mailbox: its first line does not begin with "From "' };
}

/** Whether a file without an end to its name (Thunderbird's Inbox, Apple's mbox) begins as a mailbox. */
export async function beginsAsMailbox({ handle }: OpenFile): Promise<boolean> {
  const head = Buffer.alloc(longestMark);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  return isMark(head.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '');
}

async function* messagesOf({ handle }: OpenFile, signal?: AbortSignal): AsyncGenerator<Message> {
  let begun: Gathered | undefined;
  let isAfterBlank = true;
  for await (const { line, text } of textLines(latin1Of(handle, signal), maxMailBytes)) {
    if (line % linesTogether === 0) CancelledError.throwIf(signal);
    if (isAfterBlank && text !== undefined && (line === 1 ? /^(ï»¿)?From /.test(text) : isMark(text))) {
      if (begun) yield begun.message();
      begun = new Gathered(line + 1);
    } else begun?.add(text);
    if (!begun) return;
    isAfterBlank = text === '';
  }
  if (begun) yield begun.message();
}

/** Latin-1 takes every byte as it is: each message has encodings of its own. */
async function* latin1Of(handle: ByteSource, signal?: AbortSignal): AsyncGenerator<string> {
  for await (const bytes of chunksOf(handle, signal)) yield bytes.toString('latin1');
}

/** "From", who, and when: a sentence that begins with "From" has no time in it. */
function isMark(line: string): boolean {
  return line.length < longestMark && /^From (?=.*\d:\d\d)(?=.*\b\d{4}\b)/.test(line);
}

/** The lines of one message. */
class Gathered {
  private readonly pieces: Buffer[] = [];
  private lines: string[] = [];
  private size = 0;

  constructor(private readonly line: number) {}

  /** @param text undefined for one that is too long */
  add(text: string | undefined): void {
    this.size += text === undefined ? Infinity : text.length + 1;
    if (this.size > maxMailBytes) this.pieces.length = this.lines.length = 0;
    else if (this.lines.push((text ?? '').replace(/^>(>*From )/, '$1')) === linesTogether) this.flush();
  }

  message(): Message {
    this.flush();
    return this.size > maxMailBytes
      ? { line: this.line }
      : { line: this.line, bytes: Buffer.concat(this.pieces) };
  }

  private flush(): void {
    this.pieces.push(Buffer.from(this.lines.map((line) => `${line}\n`).join(''), 'latin1'));
    this.lines = [];
  }
}
