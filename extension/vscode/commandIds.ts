/** The commands' names, apart from their code, so that a test can compare them with package.json. */

/** What the palette offers. */
export const paletteCommands = [
  'nanonet.newClassifier',
  'nanonet.openSample',
  'nanonet.addSource',
  'nanonet.label',
  'nanonet.labelSelection',
  'nanonet.clearLabel',
  'nanonet.undoLabel',
  'nanonet.redoLabel',
  'nanonet.labelNext',
  'nanonet.labelPrevious',
  'nanonet.openLabelPanel',
  'nanonet.showMap',
  'nanonet.train',
  'nanonet.pauseTraining',
  'nanonet.resumeTraining',
  'nanonet.cancelTraining',
  'nanonet.openTrainPanel',
  'nanonet.useModel',
  'nanonet.compareModels',
  'nanonet.renameModel',
  'nanonet.openModelCard',
  'nanonet.exportModel',
  'nanonet.importModel',
  'nanonet.deleteModel',
  'nanonet.classifySelection',
  'nanonet.classifyFile',
  'nanonet.showLog',
  'nanonet.restartEngine',
] as const;

/** What only a key, a tree, a hover or the light bulb asks for. */
export const innerCommands = [
  'nanonet.useClassifier',
  'nanonet.openText',
  'nanonet.labelThese',
  'nanonet.showMoreTexts',
  'nanonet.refreshTexts',
  'nanonet.openClassifierFile',
  'nanonet.openComparisonTable',
  'nanonet.closeComparison',
  'nanonet.acceptClassification',
  'nanonet.correctClassification',
  'nanonet.dismissClassification',
] as const;

export type CommandId = (typeof paletteCommands)[number] | (typeof innerCommands)[number];
