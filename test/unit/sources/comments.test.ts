import { describe, expect, it } from 'vitest';
import { extractor } from '../../../extension/sources/extractor';
import { readSource } from '../../../extension/sources/sources';
import { workspace } from '../project/workspace';
import { extracted } from './extracted';

async function comments(name: string, code: string | Uint8Array) {
  const found = await extracted(extractor, { format: 'comments', path: name }, code);
  return 'reason' in found ? found.reason : found.texts.map(({ text, line }) => `${line}: ${text}`);
}

describe('comments', () => {
  it('are texts of their file, without their marks', async () => {
    const code = [
      '/*',
      ' * Licence: none.',
      ' */',
      'import a from "a"; // why a',
      '',
      '/**',
      ' * What f does.',
      ' *',
      ' *   - indented',
      ' * @param x a link: http://x.y/z',
      ' */',
      'f("// no", `/* no */ ${g("// no")}`, /\\/\\/ no "/);',
      '    // one text',
      '    // of two lines',
      '',
      '    // another',
      '// ----------',
      '// framed',
      '// ----------',
      '/* eslint */ x(); // after code',
      '// below it',
      '// 1234',
    ].join('\r\n');
    const root = await workspace({ 'src/a.ts': code, 'src/none.ts': 'f();', 'src/b.bin': '\0\0' });
    const { texts, problems } = await readSource(root, { kind: 'comments', glob: 'src' });
    expect(texts.map(({ path, part, text }) => [path, part, text])).toEqual(
      [
        'Licence: none.',
        'why a',
        'What f does.\n\n  - indented\n@param x a link: http://x.y/z',
        'one text\nof two lines',
        'another\n\nframed',
        'eslint',
        'after code',
        'below it\n1234',
      ].map((text, at) => ['src/a.ts', `comment ${at + 1}`, text]),
    );
    expect(texts.map(({ line }) => line)).toEqual([1, 4, 6, 13, 16, 20, 20, 21]);
    expect(problems).toEqual([
      { path: 'src/b.bin', reason: 'it is in no language whose comments are known' },
      { path: 'src/none.ts', reason: 'it has no comments' },
    ]);
  });

  it.each([
    [
      'a.py',
      '#!/usr/bin/env python\n"""Module."""\nx = "# no"  # yes\ndef f():\n    r"""Doc.\n\n    More.\n    """\n    t = """no # no"""\n',
      ['2: Module.', '3: yes', '5: Doc.\n\nMore.'],
    ],
    [
      'a.java',
      'char c = \'"\'; // yes\nString s = """\n// no\n"""; /* two\n   lines */',
      ['1: yes', '4: two\nlines'],
    ],
    ['a.h', '#define A "/* no */" // yes\nint a = b / c; //! doc', ['1: yes', '2: doc']],
    ['a.cpp', 'auto r = R"x(// no " )x"; int n = 1\'000; // yes', ['1: yes']],
    [
      'a.cs',
      'var a = @"c:\\"; /// <summary>yes</summary>\nvar b = $@"""// no""";',
      ['1: <summary>yes</summary>'],
    ],
    ['a.go', 's := `// no`\n// Doc of f\n//\n//  with code\nfunc f()', ['2: Doc of f\n\n with code']],
    [
      'a.rs',
      'fn f<\'a>(x: &\'a str) {} // yes\nlet s = r#"// no " "#; /* a /* b */ c */',
      ['1: yes', '2: a /* b */ c'],
    ],
    ['a.rb', 's = "# no #{x}" # yes\n=begin\nlong\n=end\nt = <<~E\n# no\nE\n', ['1: yes', '2: long']],
    ['a.sh', '#!/bin/sh\necho "# no" ${#x} $# a#no # yes\ncat <<E\n# no\nE\n', ['2: yes']],
    [
      'a.sql',
      "select '-- no', 'it''s -- no' -- yes\n-- more\n/* block */",
      ['1: yes', '2: more', '3: block'],
    ],
    ['a.html', '<!-- yes --><a href="<!-- no -->"></a><script>// script\n</script>', ['1: yes', '1: script']],
    ['a.yml', 'a: "# no" # yes\nb: http://x#no\nc: |\n  text\n  # no\n', ['1: yes']],
    ['a.css', 'a{background:url("/*no*/")} /* yes */', ['1: yes']],
    ['a.lua', 's = "-- no" -- yes\n--[[ long\nlong ]]', ['1: yes', '2: long\nlong']],
    ['a.hs', 's = "-- no" -- yes\n{- long {- n -} -}', ['1: yes', '2: long {- n -}']],
    ['a.ml', 'let s = "(* no *)" (* yes *)', ['1: yes']],
    ['a.tex', '10 \\% no % yes\n', ['1: yes']],
    ['a.ps1', '$s = "# no" # yes\n<# long #>', ['1: yes', '2: long']],
    ['Makefile', '# yes\na:\n\tb', ['1: yes']],
    ['Dockerfile', '# yes\nRUN echo "# no"', ['1: yes']],
    ['a.js', Buffer.from('// Grüße', 'latin1'), ['1: Grüße']],
  ])('of %s are told from strings', async (name, code, expected) => {
    expect(await comments(name, code)).toEqual(expected);
  });

  it('are not looked for where a line is longer than a person writes', async () => {
    const long = 'line 2 has more than ten thousand characters, as only programs write';
    expect(await comments('a.ts', `/* why\n${'a'.repeat(5_000_000)}\n*/`)).toBe(long);
    expect(await comments('a.js', `// why\nlet x = "${'a'.repeat(9_980)}";`)).toEqual(['1: why']);
  });

  it('meet code that is none', async () => {
    expect(await comments('a.js', '/* never closed\n'.repeat(1000))).toHaveLength(1);
    expect(await comments('a.ts', `${'{[\n'.repeat(50_000)} // deep`)).toEqual(['50001: deep']);
    expect(await comments('a.c', '"'.repeat(9_999))).toEqual([]);
    expect(await comments('a.png', 'x')).toMatch(/no language/);
  });
});
