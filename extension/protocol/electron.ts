/** Processes that are forked from an editor. */

/** On the desktop this process is Electron, which is Node only when it is told so. */
export function electronAsNode(): Record<string, string> {
  return 'electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' } : {};
}
