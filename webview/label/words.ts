/** Every word that the label panel shows, in one place, so that a host may localise them one day. */
import type { NothingToShow, OrderName, TextFilter } from '../../extension/protocol/labelPanelApi';
import { noLabel } from '../../extension/protocol/labelPanelApi';

const orders: Readonly<Record<OrderName, string>> = {
  useful: 'Most useful',
  random: 'Random',
  file: 'File order',
};

const shows: Readonly<Record<TextFilter['show'], string>> = {
  open: 'Not decided yet',
  labelled: 'Labelled',
  none: 'None of these',
  skipped: 'Skipped',
  noted: 'With a note',
  all: 'All texts',
};

const nothing: Readonly<Record<NothingToShow, string>> = {
  reading: 'Reading the texts…',
  noClassifier: 'Make a classifier first: a name, and the labels that it shall tell apart.',
  noTexts: 'There are no texts yet. Say which files hold them.',
  noLabels: 'There is no label yet. Name the first one.',
  allDecided: 'Every text is decided. Train, or look at the skipped ones again.',
  noneMatches: 'No text fits the filter.',
  failed: 'The texts could not be read.',
};

export const words = {
  opening: 'Asking for the texts…',
  orders,
  shows,
  nothing,

  progress: (done: string, all: string): string => `${done} of ${all} decided`,
  left: (left: string): string => `${left} left`,
  countsOf: (label: string, count: string): string => `${label}: ${count}`,
  counts: 'Texts a label',

  labels: 'Labels',
  tools: 'Tools',
  text: 'Text',
  about: 'About this text',
  none: 'None of these',
  skip: 'Skip',
  back: 'Back',
  undo: 'Undo',
  redo: 'Redo',
  order: 'Order',
  search: 'Search',
  filter: 'Filter',
  keys: 'Keys',
  note: 'Note',
  set: 'Labels',
  similar: 'Similar',
  people: 'People',
  close: 'Close',
  openText: 'Open in the editor',
  decided: (label: string): string => `Underlined: words that speak most for ${label}.`,
  passage: 'Dotted: the passage of this long text that decided.',
  showPassage: 'Show the Passage',
  cut: 'The text goes on; open it in the editor to read the rest. The label is for the whole of it.',

  why: 'Why this text',
  whyOrder: {
    file: 'It is the next in the order of the files.',
    random: 'It was drawn by chance.',
    useful: '',
  },
  looksBack: 'You have decided about it before.',
  suggestion: 'Suggestion',
  suggests: (label: string, score: string): string => `${label} ${score}`,
  unsure: (parts: string): string => `The model is unsure: ${parts}.`,
  suggestedBy: (model: string): string => `by model ${model}`,
  suggestedByCommittee: 'by the committee',
  committee: 'What the committee said',
  history: 'History',
  noHistory: 'Nobody has decided about it yet.',
  by: (name: string): string => `by ${name}`,
  is: { label: (name: string): string => `Labelled ${name}`, none: 'None of these fits', skip: 'Skipped' },

  searchFor: 'Words in the text',
  found: (count: string): string => `${count} ${count === '1' ? 'text' : 'texts'}`,
  foundMany: (count: string): string => `The first ${count} texts`,
  labelSelected: (count: string): string => `Label the ${count} selected`,
  select: (excerpt: string): string => `Select “${excerpt}”`,
  selectAll: 'Select all',
  show: 'Show',
  whichLabel: 'Label',
  anyLabel: 'Any label',
  where: 'Where',
  anywhere: 'Everywhere',
  below: 'Score below',
  anyScore: 'Any score',
  clearFilter: 'Clear Filter',
  filtered: 'filtered',

  noteOn: 'Note on this text',
  saveNote: 'Save Note',

  name: 'Name',
  key: 'Key',
  colour: 'Colour',
  description: 'Description',
  newLabel: 'New label',
  add: 'Add',
  save: 'Save',
  deleteLabel: 'Delete',
  mergeInto: 'Merge into',
  merge: 'Merge',
  splitOff: 'Split off as',
  split: 'Split',
  edit: 'Edit',
  agrees: (a: string, b: string, texts: string, kappa: string): string =>
    `${a} and ${b}: kappa ${kappa} on ${texts} ${texts === '1' ? 'text' : 'texts'}`,
  kappaHint: 'Cohen’s kappa: 1 is full agreement, 0 is what chance gives.',
  noDisagreement: 'Nobody has labelled a text differently from somebody else, unknown to each other.',
  side: (by: string, label: string): string => `${by}: ${label}`,
  settleHint: 'Choose what counts; it is one step of undo.',
  unknown: 'Not in the label set',
  adopt: (label: string): string => `Add ${label}`,
  setIsSafe: 'Every change is one step of undo, and no label is lost by it.',

  map: {
    map: 'Map',
    picture: (texts: number): string => `Map of ${texts} ${texts === 1 ? 'text' : 'texts'}`,
    hint:
      'Arrow keys go to the nearest text that way, with Ctrl further. Shift and an arrow draws a larger or smaller circle. Space ' +
      'selects what is in it. A label’s key labels all that is selected. Enter opens the text. Escape clears the selection.',
    tools: 'Map tools',
    notDrawn: 'The map is not drawn.',
    draw: 'Draw the Map',
    drawAnew: 'Draw Again',
    empty: 'There is no text to draw.',
    beginning: 'Looking at the texts…',
    placing: (placed: string, of: string): string => `Reading the texts for the map: ${placed} of ${of}`,
    layingOut: 'Laying the map out…',
    progress: 'Texts read',
    goesOn: 'The reading goes on while you label; the map is there when you come back.',
    drawReady: (ready: string): string => `Draw the ${ready} that Are Ready`,
    cancel: 'Back to the Text',
    colours: 'Colours',
    by: { label: 'Labels', suggestion: 'Suggestions', score: 'Scores' },
    noModel: 'Suggestions and scores come with the first model: train one.',
    drag: 'Drag with the mouse to',
    modes: { lasso: 'Lasso', move: 'Move' },
    modeHints: {
      lasso: 'Drag to select; with Shift to add, with Alt to take away',
      move: 'Drag to move the map; the right mouse button always does',
    },
    zoom: { in: 'Nearer', out: 'Farther', whole: 'The whole map' },
    missing: (count: string, isOne: boolean): string =>
      `${count} ${isOne ? 'text is' : 'texts are'} not on the map.`,
    reading: (read: string, of: string): string => `The model has read ${read} of ${of} texts.`,
    sample: (drawn: string, leftOut: string): string =>
      `${drawn} texts, drawn by lot; ${leftOut} more are not on the map.`,
    noLabel: {
      [noLabel.open]: 'Not decided yet',
      [noLabel.none]: 'None of these',
      [noLabel.skipped]: 'Skipped',
      [noLabel.gone]: 'Gone',
    } as Readonly<Record<number, string>>,
    suggests: (label: string, score: string, isUnsure: boolean): string =>
      `${isUnsure ? 'unsure' : 'suggested'}: ${label} ${score}`,
    points: 'Points',
    legend: {
      open: 'Not decided yet',
      notAsked: 'Not read by the model yet',
      suggested: 'Hollow: the model’s suggestion; grey: it is unsure',
      skipped: 'Skipped',
      bands: ['Score below 0.50', '0.50 to 0.70', '0.70 to 0.90', '0.90 and above'],
    },
    how:
      'Draw around points with the mouse, or go to them with the arrow keys and press Space; then press a label’s key. A click or ' +
      'Enter opens a text, ? tells all keys.',
    groups: 'Groups',
    selectGroup: 'Select these texts',
    selected: (count: number): string =>
      count === 0 ? 'Nothing is selected' : `${count} ${count === 1 ? 'text' : 'texts'} selected`,
    countsSelected: 'Selected texts a label',
    listOfSelected: 'Selected texts',
    clear: 'Clear',
    alsoDecided: (count: string, isOne: boolean): string =>
      isOne ? 'Change the one that is decided too' : `Change the ${count} that are decided too`,
    selectFirst: 'Select texts first: draw around them, or press Space on one.',
    said: (said: number, kept: number, what: string): string => {
      const texts = (count: number): string => `${count} ${count === 1 ? 'text' : 'texts'}`;
      if (said === 0) return `All ${texts(kept)} are decided already; tick the box to change them.`;
      const rest =
        kept === 0 ? '' : ` ${texts(kept)} ${kept === 1 ? 'was' : 'were'} decided before and stayed.`;
      return `${texts(said)}: ${what}.${rest} Ctrl+Z takes it back.`;
    },
    moved: { 'label/undo': 'Undone.', 'label/redo': 'Done again.', 'label/back': '' },
    nearest: (count: number): string => (count === 1 ? 'One text' : `The ${count} nearest texts`),
    noFurther: 'There is no text further that way.',
    at: (text: string, label: string | undefined, isSelected: boolean): string =>
      `${text} ${label ?? 'Not labelled'}.${isSelected ? ' Selected.' : ''}`,
  },

  commands: {
    newClassifier: 'New Classifier',
    openSample: 'Open the Sample',
    addSource: 'Add Source',
    train: 'Train',
    showLog: 'Show Log',
  },
  skippedAgain: 'Look at the Skipped',

  keyTable: {
    label: 'the label, next text',
    accept: 'take the suggestion, next text',
    none: 'none of these, next text',
    skip: 'skip',
    back: 'back to the text before',
    undo: 'undo',
    redo: 'redo',
    search: 'search',
    filter: 'filter',
    note: 'write a note',
    set: 'edit the labels',
    similar: 'similar texts',
    open: 'open the text in the editor',
    people: 'where people disagree',
    map: 'the map, and back',
    onMap: 'On the map',
    go: 'to the nearest text that way; with Ctrl further',
    circle: 'a larger or smaller circle around it',
    toggle: 'select what is in the circle, or not',
    show: 'open the text',
    zoom: 'nearer, farther, the whole map',
    clear: 'clear the selection',
    keys: 'this table',
    escape: 'back to the labels',
    arrows: 'from label to label',
    shift: 'With Shift a letter is never a label’s key.',
  },

  // Spoken
  spoken: {
    said: (what: string, text: string): string => `${what}. Next: ${text}`,
    next: (text: string): string => `Next: ${text}`,
    undone: (text: string): string => `Undone. ${text}`,
    done: 'Nothing is left to label.',
    noSuggestion: 'There is no suggestion.',
    split: (name: string, part: string): string =>
      `The texts labelled ${name} come by: the key of ${part} moves one there, Space leaves it.`,
  },
} as const;
