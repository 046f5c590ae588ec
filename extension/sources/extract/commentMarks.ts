/** The marks that make a comment of words, in whichever language. */

/** How a comment of several lines begins and ends. */
const pairs: readonly (readonly [begin: RegExp, end: RegExp])[] = [
  [/^\/[*+]+!?/, /[*+]*\/$/],
  [/^<!--+/, /-*-->$/],
  [/^<%--/, /--%>$/],
  [/^--\[(=*)\[/, /\](=*)\]$/],
  [/^\{-+#?/, /#?-*-\}$/],
  [/^\{[#*!]/, /[#*!]\}$/],
  [/^\(\*+/, /\*+\)$/],
  [/^<#/, /#>$/],
  [/^#=/, /=#$/],
  [/^#\|/, /\|#$/],
  [/^###/, /###$/],
  [/^[%#]\{/, /[%#]\}$/],
  [/^=(begin|pod)/, /\n=(end|cut)$/],
  [/^r?"""/i, /"""$/],
  [/^r?'''/i, /'''$/],
];

/** How a line that is a comment begins: C++, shells, SQL, Lisp, TeX, Basic, Vim, Fortran, batch files. */
const lineMark = /^(\/\/[/!]?|#+[!:]?|--+|;+|%+|'+|"|![!<>]?|rem\b|::)/i;
/** The left margin of a boxed comment. */
const margin = /^[ \t]*[*+](?=\s|$|@) ?/;
/** Lines of a frame. */
const rule = /^[-=*#~_+/\\|<>.:;%!]{3,}$/;

/** The mark of a comment that ends with its line; undefined for other comments. */
export function lineMarkOf(comment: string): string | undefined {
  if (pairs.some(([begin, end]) => begin.test(comment) && end.test(comment))) return undefined;
  return comment.includes('\n') ? undefined : lineMark.exec(comment)?.[0];
}

/** The words alone, without marks, margins and frames; lines and their indents stay. */
export function withoutMarks(comment: string): string {
  const raw = comment.trim();
  const pair = pairs.find(([begin, end]) => begin.test(raw) && end.test(raw));
  const lines = pair
    ? withoutIndent(raw.replace(pair[0], '').replace(pair[1], '').split('\n').map(marginless))
    : raw.split('\n').map((line) => line.trim().replace(lineMark, '').replace(/^ /, ''));
  const words = lines.map((line) => (rule.test(line.trim()) ? '' : line.trimEnd()));
  return words.join('\n').trim();
}

function marginless(line: string): string {
  return line.replace(margin, '');
}

/** The first line begins beside its mark, and is not asked. */
function withoutIndent([first = '', ...others]: string[]): string[] {
  const indents = others
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const least = indents.reduce((a, b) => Math.min(a, b), Infinity);
  return [first.trimStart(), ...others.map((line) => line.slice(Math.min(least, line.length)))];
}
