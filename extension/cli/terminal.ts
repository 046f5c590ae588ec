import { once } from 'node:events';

/** What a command writes to: results, and all that is said about the work. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

/** Writes one line; waits when the reader is slower than the work, so that memory stays bounded. */
export async function writeLine(stream: NodeJS.WritableStream, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, 'drain');
}

/** A reader that has enough (`| head`) is no error: what it wanted was done. */
export function endQuietlyOnBrokenPipe(stream: NodeJS.WritableStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
