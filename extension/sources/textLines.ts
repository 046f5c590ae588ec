/** The lines of a text that comes in pieces. */

/** One line; `text` is undefined where it is longer than the limit. */
export interface TextLine {
  /** From 1. */
  readonly line: number;
  /** Without its end. */
  readonly text?: string;
  readonly end: '\n' | '\r\n' | '';
}

/**
 * @param longest of a line, in characters: memory stays bounded whatever the file is
 * @param separator between two lines
 */
export async function* textLines(
  pieces: AsyncIterable<string>,
  longest: number,
  separator = '\n',
): AsyncGenerator<TextLine> {
  let line = 1;
  let begun = '';
  let tooLong = false;
  const add = (piece: string): void => {
    tooLong ||= begun.length + piece.length > longest;
    begun = tooLong ? '' : begun + piece;
  };
  const whole = (end: '\n' | ''): TextLine => {
    if (tooLong) return { line, end };
    return begun.endsWith('\r')
      ? { line, text: begun.slice(0, -1), end: end && '\r\n' }
      : { line, text: begun, end };
  };
  for await (const piece of pieces) {
    const parts = piece.split(separator);
    for (const [at, part] of parts.entries()) {
      add(part);
      if (at === parts.length - 1) break;
      yield whole('\n');
      line += 1;
      begun = '';
      tooLong = false;
    }
  }
  if (tooLong || begun !== '') yield whole('');
}
