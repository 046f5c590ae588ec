/** What menus, keys and welcome texts may ask about (`when` in package.json). */
import * as vscode from 'vscode';

export interface ContextKeys {
  /** The workspace was looked through: without it no welcome text shows too early. */
  'nanonet.ready': boolean;
  'nanonet.hasClassifier': boolean;
  /** Of the current classifier. */
  'nanonet.hasTexts': boolean;
  'nanonet.hasModel': boolean;
  /** Five texts are labelled: a step of the walkthrough. */
  'nanonet.hasLabels': boolean;
  'nanonet.canUndo': boolean;
  'nanonet.canRedo': boolean;
  /** The label panel is the active editor. */
  'nanonet.labelling': boolean;
  'nanonet.training': boolean;
  /** A training waits, in this window or as an earlier one left it. */
  'nanonet.paused': boolean;
  /** A classification is shown in the active editor. */
  'nanonet.classified': boolean;
  /** Lines, paragraphs or rows of the active editor are classified. */
  'nanonet.partsClassified': boolean;
  /** The tree's selection is on a model. */
  'nanonet.modelSelected': boolean;
  /** Two models are compared. */
  'nanonet.comparing': boolean;
  'nanonet.engineCrashed': boolean;
  /** Of the current classifier: texts are classified. */
  'nanonet.hasResults': boolean;
  /** Filters leave out some of them. */
  'nanonet.resultsNarrowed': boolean;
  'nanonet.onlyChanged': boolean;
  'nanonet.classifying': boolean;
  /** Results are kept fresh as files change. */
  'nanonet.watching': boolean;
}

const last = new Map<string, boolean>();

/** Sets a key when it changes. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  if (last.get(key) === value) return;
  last.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
