import { train } from '../../extension/engine/learn/trainingRun';
import { readClassifier } from '../../extension/project/classifierFile';
import { readCorpus } from '../../extension/project/corpus';
import { LabelJournal } from '../../extension/project/labelJournal';
import { prepareRun } from '../../extension/project/runs';
import type { TrainSettings } from '../../extension/protocol/engineApi';
import { surroundings } from '../engine/learn/tinyRun';

/** Makes the next model of a sample workspace, before a window is open on it. @param root the folder */
export async function trainSample(root: string, settings: TrainSettings): Promise<void> {
  const classifier = await readClassifier(root, 'mail');
  const corpus = await readCorpus(root, classifier, await LabelJournal.open(root, 'mail'));
  const changed = { ...classifier, settings: { ...classifier.settings, ...settings } };
  const { params } = await prepareRun(root, changed, corpus, { now: new Date() });
  await train(params, surroundings());
}
