/** Patterns that say which files of a workspace are meant. */

/** True for a pattern that cannot leave the workspace folder: relative, without '..'. */
export function staysInside(glob: string): boolean {
  return glob !== '' && !/^([/\\]|[a-zA-Z]:)/.test(glob) && !glob.split(/[/\\{},()|]/).includes('..');
}

/** The pattern that means a path and no other. */
export function globOfPath(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@]/g, '\\$&');
}
