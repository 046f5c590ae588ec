/** Reading and writing `.nanonet/<name>/classifier.json`. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError, messageOf } from '../protocol/appError';
import { classifierSchema, type Classifier, type SourceDefinition, type LabelDefinition } from './classifier';
import { checkClassifierName, classifierDir, projectFolder } from './classifierFolder';
import { writeAtomically } from './durable';
import { parseJson, readJson } from './jsonText';

/** The editor's `nanonet.label1` ... `nanonet.label8`, chosen to differ for colour-blind eyes, in order. */
const labelColours = Array.from({ length: 8 }, (_, at) => `nanonet.label${at + 1}`);

/** Models and runs are made again from what is kept; the journal is merged by taking both sides. */
const projectFiles = {
  '.gitignore': '*/models/\n*/runs/\n',
  '.gitattributes': 'labels.jsonl text eol=lf merge=union\n',
};

/** Something that is not as it should be, and where. */
export interface ProjectProblem {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  readonly line?: number;
  /** One sentence. */
  readonly reason: string;
}

/** What `createClassifier` needs; keys and colours are given to labels that have none. */
export interface NewClassifier {
  readonly name: string;
  readonly labels: readonly (string | LabelDefinition)[];
  readonly sources?: readonly SourceDefinition[];
}

/** The file of a classifier. */
export function classifierFile(root: string, name: string): string {
  return join(classifierDir(root, name), 'classifier.json');
}

/** A path inside the workspace as it is shown and kept: relative, with '/'. */
export function relativePath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

/**
 * Reads one classifier. Its folder is its name, whatever the file says: folders are copied and renamed.
 *
 * @throws AppError('classifier/not-read') that says file, line and reason
 */
export async function readClassifier(root: string, name: string): Promise<Classifier> {
  const read = await readJson(classifierFile(root, name), classifierSchema, 'classifier/not-read');
  return { ...(read as Classifier), name };
}

/**
 * Writes one classifier whole or not at all.
 *
 * @throws AppError('classifier/bad-name'), AppError('classifier/not-valid'), AppError('classifier/not-saved')
 */
export async function writeClassifier(root: string, classifier: Classifier): Promise<void> {
  const file = classifierFile(root, classifier.name);
  const text = checkClassifier(root, classifier);
  try {
    await writeAtomically(file, text);
    await writeProjectFiles(root);
  } catch (error) {
    throw new AppError(
      'classifier/not-saved',
      `${file} was not saved (${messageOf(error)}); mend that and try again.`,
      {
        cause: error,
      },
    );
  }
}

/** The file's content. @throws AppError('classifier/not-valid') */
export function checkClassifier(root: string, classifier: Classifier): string {
  const text = `${JSON.stringify(classifier, undefined, 2)}\n`;
  parseJson(text, classifierFile(root, classifier.name), classifierSchema, 'classifier/not-valid');
  return text;
}

/**
 * Makes a classifier and what git needs to know about its folder.
 *
 * @throws AppError('classifier/exists') and those of `writeClassifier`
 */
export async function createClassifier(root: string, wanted: NewClassifier): Promise<Classifier> {
  const dir = classifierDir(root, wanted.name);
  // Names that differ by case are one folder on Windows and macOS; other's names are left alone there too.
  const existing = (await classifierNames(root)).find(
    (name) => name.toLowerCase() === wanted.name.toLowerCase(),
  );
  if (existing !== undefined) {
    throw new AppError(
      'classifier/exists',
      `There is a classifier "${existing}" already; take another name.`,
    );
  }
  const classifier: Classifier = {
    version: 1,
    name: wanted.name,
    labels: withKeysAndColours(wanted.labels),
    sources: wanted.sources ?? [],
  };
  await mkdir(dir, { recursive: true });
  await writeClassifier(root, classifier);
  return classifier;
}

/** Labels with a key ('1' to '9', in order) and a colour where they have none and there is one left. */
export function withKeysAndColours(labels: readonly (string | LabelDefinition)[]): LabelDefinition[] {
  const given = labels.map((label) => (typeof label === 'string' ? { name: label } : label));
  const taken = new Set(given.map(({ key }) => key));
  const keys = [...'123456789'].filter((key) => !taken.has(key));
  return given.map((label, at) => {
    const key = label.key ?? keys.shift();
    const colour = label.colour ?? labelColours[at % labelColours.length];
    return { ...label, ...(key !== undefined && { key }), ...(colour !== undefined && { colour }) };
  });
}

/** All classifiers of a workspace folder, by name; one that cannot be read is a problem, not an end. */
export async function listClassifiers(
  root: string,
): Promise<{ classifiers: Classifier[]; problems: ProjectProblem[] }> {
  const classifiers: Classifier[] = [];
  const problems: ProjectProblem[] = [];
  for (const name of await classifierNames(root)) {
    try {
      classifiers.push(await readClassifier(root, name));
    } catch (error) {
      if (!AppError.is(error)) throw error;
      problems.push({
        path: relativePath(root, classifierFile(root, name)),
        reason: error.message,
      });
    }
  }
  return { classifiers, problems };
}

/** Folders of `.nanonet` that hold a classifier.json. */
async function classifierNames(root: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(join(root, projectFolder));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw new AppError(
      'classifier/not-listed',
      `${root}/${projectFolder} cannot be read (${messageOf(error)}).`,
      {
        cause: error,
      },
    );
  }
  const found: string[] = [];
  for (const name of names.sort()) {
    if (checkClassifierName(name) === undefined && (await isFile(classifierFile(root, name))))
      found.push(name);
  }
  return found;
}

/** Writes what git needs to know, where it is not there; what a person changed stays. */
export async function writeProjectFiles(root: string): Promise<void> {
  for (const [name, content] of Object.entries(projectFiles)) {
    const file = join(root, projectFolder, name);
    if (!(await isFile(file))) await writeAtomically(file, content);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
