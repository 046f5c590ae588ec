/** Where files go that are sorted by label: a folder for each, and no file over another. */
import { posix } from 'node:path';

export interface LabelledFile {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  readonly label: string;
  /** 0 to 1; 1 where a person said it. */
  readonly score: number;
  /** The model is not sure of it. */
  readonly unsure?: true;
}

export interface SortPlan {
  readonly moves: readonly (LabelledFile & { readonly to: string })[];
  /** Files that stay because another file has, or takes, their name there. */
  readonly collisions: readonly (LabelledFile & { readonly to: string })[];
}

const longestName = 80;
/** Names that mean a device on Windows, with any ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A label as the name of one folder on any system: never a path, never hidden, never empty.
 *
 * @returns by label; labels that would have the same name, also where case does not count, are told apart by a number
 */
export function folderNames(labels: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const label of labels) {
    const plain = folderName(label);
    let name = plain;
    for (let at = 2; taken.has(folded(name)); at += 1) name = `${plain} ${at}`;
    taken.add(folded(name));
    names.set(label, name);
  }
  return names;
}

function folderName(label: string): string {
  const name = [...label.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu, '_')]
    .slice(0, longestName)
    .join('')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (name === '') return 'label';
  return reserved.test(name) ? `${name}_` : name;
}

/**
 * @param files the first one gets a name that several would take
 * @param target folder that gets the folders, relative to the workspace folder
 * @param labels all that the classifier has, in their order: a label's folder does not depend on which files are sorted
 * @param isThere whether a path is there already
 */
export async function planSort(
  files: readonly LabelledFile[],
  target: string,
  labels: readonly string[],
  isThere: (path: string) => Promise<boolean>,
): Promise<SortPlan> {
  const others = files.map(({ label }) => label).filter((label) => !labels.includes(label));
  const names = folderNames([...new Set([...labels, ...others])]);
  const taken = new Set<string>();
  const moves: SortPlan['moves'][number][] = [];
  const collisions: SortPlan['collisions'][number][] = [];
  for (const file of files) {
    const to = posix.join(target, names.get(file.label) as string, posix.basename(file.path));
    if (to === file.path) continue;
    if (taken.has(folded(to)) || (await isThere(to))) collisions.push({ ...file, to });
    else {
      taken.add(folded(to));
      moves.push({ ...file, to });
    }
  }
  return { moves, collisions };
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
