/** The language of code by its file's name, as highlight.js calls it. */
import { basename, extname } from 'node:path';
import hljs from 'highlight.js';

/** Extensions that the library does not know, or takes for a rarer language. */
const alsoKnown: Readonly<Record<string, string>> = {
  ...{ astro: 'xml', htm: 'xml', svelte: 'xml', vue: 'xml', pyi: 'python', pyw: 'python', py: 'python' },
  ...{ ksh: 'bash', cljs: 'clojure', hrl: 'erlang', fsx: 'fsharp', fsi: 'fsharp', ml: 'ocaml', mli: 'ocaml' },
  ...{
    jl: 'julia',
    psm1: 'powershell',
    psd1: 'powershell',
    cfg: 'ini',
    conf: 'ini',
    sass: 'scss',
    vhd: 'vhdl',
  },
  ...{ m: 'objectivec', el: 'lisp', rkt: 'scheme', f: 'fortran', for: 'fortran', asm: 'x86asm', tf: 'ruby' },
};
/** What these grammars call a comment is none. */
const without = new Set(['AsciiDoc', 'Diff', 'Plain text']);

/** Undefined where comments are not known. */
export function languageOf(path: string): string | undefined {
  // 'Makefile' and 'Dockerfile' are names of languages.
  const name = (extname(path).slice(1) || basename(path)).toLowerCase();
  const language = Object.hasOwn(alsoKnown, name) ? alsoKnown[name] : name;
  const grammar = language === undefined ? undefined : hljs.getLanguage(language);
  return grammar === undefined || without.has(grammar.name ?? '') ? undefined : language;
}
