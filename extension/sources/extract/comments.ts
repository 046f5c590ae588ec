/** The comments of source files. Which characters are comment, highlight.js's grammars say: they know strings. */
import hljs from 'highlight.js';
import { Parser } from 'htmlparser2';
import { decodeText } from '../decodeText';
import { lineMarkOf, withoutMarks } from './commentMarks';
import type { ExtractedText, Extraction, FileBytes } from './format';
import { languageOf } from './languages';

/** Programs write longer lines, and the library's time for one grows with its square. */
const longestLine = 10_000;

/** A stretch of the code: a comment or a string. */
interface Token {
  readonly isComment: boolean;
  readonly start: number;
  readonly end: number;
  /** The last character of code before it, '' where there is none. */
  readonly after: string;
}

/** Line comments under each other, on lines of their own, are one text. A comment without a letter is none. */
export async function commentsOf({ path, bytes }: FileBytes): Promise<Extraction> {
  const language = languageOf(path);
  if (language === undefined) return { reason: 'it is in no language whose comments are known' };
  const decoded = await decodeText(bytes);
  if ('reason' in decoded) return { reason: decoded.reason };
  const code = decoded.text.replace(/\r\n?/g, '\n');
  const tooLong = code.split('\n').findIndex((one) => one.length > longestLine);
  if (tooLong >= 0)
    return { reason: `line ${tooLong + 1} has more than ten thousand characters, as only programs write` };
  const comments = tokensOf(code, language).filter(({ isComment, start, end, after }) =>
    isComment ? !code.startsWith('#!', start) || start > 0 : isDocstring(code.slice(start, end), after),
  );
  const texts: ExtractedText[] = [];
  let line = 1;
  let counted = 0;
  for (const { start, end } of united(code, comments)) {
    const text = withoutMarks(code.slice(start, end));
    line += code.slice(counted, start).split('\n').length - 1;
    counted = start;
    if (/\p{L}/u.test(text)) texts.push({ text, line });
  }
  return { texts };
}

/** The library answers with the code in HTML, with spans around its tokens. */
function tokensOf(code: string, language: string): Token[] {
  const tokens: Token[] = [];
  const open: boolean[] = [];
  let token: Token | undefined;
  let at = 0;
  let after = '';
  const parser = new Parser({
    onopentag(_, { class: names = '' }) {
      const isComment = names.includes('hljs-comment');
      const isToken =
        token === undefined && (isComment || (language === 'python' && names === 'hljs-string'));
      open.push(isToken);
      if (isToken) token = { isComment, start: at, end: at, after };
    },
    ontext(text) {
      at += text.length;
      if (token?.isComment !== true) after = text.trimEnd().at(-1) ?? after;
    },
    onclosetag() {
      if (open.pop() !== true || !token) return;
      tokens.push({ ...token, end: at });
      token = undefined;
    },
  });
  parser.end(hljs.highlight(code, { language, ignoreIllegals: true }).value);
  return tokens;
}

/** In Python, a string that stands as the first statement of a file, class or function. */
function isDocstring(raw: string, after: string): boolean {
  return /^r?("""|''')/i.test(raw) && (after === ':' || after === '');
}

function united(code: string, comments: readonly Token[]): Pick<Token, 'start' | 'end'>[] {
  const all: { start: number; end: number; mark: string | undefined }[] = [];
  for (const { start, end } of comments) {
    const isAlone = code.slice(code.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
    const mark = isAlone ? lineMarkOf(code.slice(start, end)) : undefined;
    const last = all.at(-1);
    const goesOn =
      last && mark !== undefined && last.mark === mark && /^\n[ \t]*$/.test(code.slice(last.end, start));
    if (goesOn) last.end = end;
    else all.push({ start, end, mark });
  }
  return all;
}
