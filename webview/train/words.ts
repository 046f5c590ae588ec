/** Every word that the train panel shows, in one place, so that a host may localise them one day. */
import { deviceNames } from '../../extension/protocol/engineApi';
import type { RunState, Stage } from '../../extension/protocol/snapshot';
import { counted } from './counted';

const stageNames: Readonly<Record<Stage, string>> = {
  read: 'Read',
  embed: 'Embed',
  teach: 'Teacher',
  spread: 'Spread labels',
  train: 'Teacher and students',
  calibrate: 'Calibrate',
  export: 'Export',
};

const runStates: Readonly<Record<RunState, string>> = {
  running: 'Training',
  paused: 'Paused',
  done: 'Trained',
  failed: 'Training failed',
  cancelled: 'Training was cancelled',
  interrupted: 'Training was interrupted',
};

export const words = {
  loading: 'Asking for the state of the training…',
  stageNames,
  runStates,

  train: 'Train',
  trainAgain: 'Train Again',
  resume: 'Resume',
  pause: 'Pause',
  pausing: 'Pausing…',
  resuming: 'Resuming…',
  cancel: 'Cancel',
  showLog: 'Show Log',
  starting: 'Starting…',
  cancelling: 'Cancelling…',

  onDevice: (id: string): string => (id === 'cpu' ? 'the CPU' : words.device(id)),
  device: (id: string): string => (deviceNames as Readonly<Record<string, string>>)[id] ?? id,
  member: (id: string): string => {
    const student = /^student-(\d+)$/.exec(id)?.[1];
    if (student !== undefined) return `Student ${student}`;
    return id === 'teacher' ? 'Teacher' : id;
  },

  // Before
  readyToTrain: 'Ready to train',
  notReady: 'Not ready to train',
  texts: (labelled: string, unlabelled: string): string =>
    `${counted(labelled, 'labelled text')}, ${unlabelled} unlabelled to learn from as well.`,
  newLabels: (count: string): string => `${counted(count, 'label')} more than the last model learned from.`,
  next: 'The next training',
  finding: 'Trying out where it computes fastest…',
  expected: (device: string, time: string, memory: string): string =>
    `About ${time} and ${memory} of memory on ${device}, by a trial on this computer.`,
  leftOut: (device: string, reason: string): string => `${device} is not used: ${reason}.`,
  helpsMost: 'What would help most:',
  advice: (count: string, label: string): string => `${count} more of “${label}”`,
  adviceForAny: (count: string): string => `${counted(count, 'more label')}, most useful texts first`,
  label: 'Label',
  labelsAClass: 'Labels a class',
  noLabels: 'No text has a label yet.',

  // During
  progress: (percent: string, left: string | undefined): string =>
    left === undefined ? percent : `${percent} · ${left}`,
  stages: 'Stages',
  stageStates: {
    done: 'done',
    running: 'running',
    paused: 'paused',
    waiting: 'waiting',
    stopped: 'stopped here',
  },
  stepOf: (step: string, of: string): string => `${step} of ${of}`,
  left: {
    soon: 'a few seconds left',
    about: (time: string): string => `about ${time} left`,
  },
  figures: {
    run: 'About this run',
    device: 'Device',
    labelled: 'Labelled',
    unlabelled: 'Unlabelled',
    neighbourTrust: 'Trust in neighbours',
    elapsed: 'Elapsed',
    accuracy: 'Accuracy',
    size: 'Size',
    speed: 'Speed',
    textsPerSecond: (count: string): string => `${count} texts/s`,
    duration: 'Trained in',
    peakMemory: 'Peak memory',
  },
  noCurvesYet: 'The curves begin with the teacher and the students.',

  // Charts
  curves: 'Curves',
  accuracyChart: 'Held-out accuracy',
  lossChart: 'Training loss',
  agreementChart: 'Agreement between students',
  trustedChart: 'Trust in unlabelled texts',
  showAsTable: (chart: string): string => `${chart} as a table`,
  chartSummary: (chart: string, lastValues: string): string =>
    `${chart} by step, a line chart. ${lastValues}`,
  lastValue: (member: string, value: string, step: string): string => `${member}: ${value} at step ${step}.`,
  noPoints: 'Nothing measured yet.',
  step: 'Step',
  atStep: (step: string): string => `Step ${step}`,

  // Members
  members: 'Models',
  model: 'Model',
  layers: 'Layers',
  layerCount: (count: string): string => counted(count, 'layer'),
  trainedParameters: 'Trained parameters',
  trained: (count: string): string => `${count}\u00a0trained`,
  lastLoss: 'Loss',
  accuracy: 'Accuracy',
  agreement: 'Agreement',
  agreementHint: 'Share of the unlabelled texts where it agrees with its peers',
  exported: 'exported',
  missing: '–',

  // After
  results: 'Results',
  measuredOn: (what: string): string => `Measured on ${what}.`,
  macroF1: 'Macro-F1',
  sampled: (used: string, all: string): string => `${used} of ${all}`,
  learntFrom: (labelled: string, unlabelled: string): string =>
    `from ${counted(labelled, 'labelled text')} and ${unlabelled} unlabelled`,
  nothingMeasured: 'No label could be held out to measure on: label a few more texts.',
  stoppedIn: (stage: string, percent: string): string =>
    `Stopped at ${percent}, in “${stage}”. Your labels are kept.`,
  resumesFrom: (stage: string, percent: string): string =>
    `It was at ${percent}, in “${stage}”, and goes on from its last checkpoint.`,
  paused: (stage: string, percent: string): string =>
    `Waits at ${percent}, in “${stage}”. It goes on where it was, also after VS Code was closed.`,
  previous: (name: string, labelled: string, accuracy: string | undefined): string =>
    `Before, ${name} ${accuracy === undefined ? 'learned' : `had an accuracy of ${accuracy}`} from ${counted(labelled, 'labelled text')}.`,
  compare: (name: string): string => `Compare with ${name}`,
  unknownFailure: 'The engine stopped without saying why: see the log.',

  // Spoken
  spoken: {
    stage: (stage: string, percent: string): string => `${stage}, ${percent}`,
    done: (accuracy: string | undefined): string =>
      accuracy === undefined ? 'Trained.' : `Trained. Accuracy ${accuracy}.`,
    failed: (message: string): string => `Training failed. ${message}`,
  },
} as const;
