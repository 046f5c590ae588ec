import { resolve } from 'node:path';
import type { TrainParams } from '../protocol/engineApi';
import type { Classifier } from '../project/classifier';
import { listClassifiers } from '../project/classifierFile';
import { readCorpus } from '../project/corpus';
import { LabelJournal } from '../project/labelJournal';
import { prepareRun } from '../project/runs';
import type { Terminal } from './terminal';
import { usageError } from './usageError';

/**
 * The next run of a project's classifier: the same that the editor's Train command prepares.
 *
 * @param folder the project, which holds `.nanonet`
 * @param name of the classifier; may be left out where there is one
 * @throws AppError 'cli/usage', or 'runs/not-ready' with what is missing
 */
export async function projectRun(
  folder: string,
  name: string | undefined,
  terminal: Terminal,
): Promise<TrainParams> {
  const root = resolve(folder);
  const classifier = await pickClassifier(root, name);
  const journal = await LabelJournal.open(root, classifier.name);
  const corpus = await readCorpus(root, classifier, journal);
  for (const { path, line, reason } of corpus.problems) {
    terminal.err.write(`${path}${line === undefined ? '' : `:${line}`}: ${reason}\n`);
  }
  const run = await prepareRun(root, classifier, corpus, { now: new Date() });
  if (run.resumed) terminal.err.write(`Going on with the training of ${run.version}.\n`);
  return run.params;
}

/** @throws AppError('cli/usage') that says which there are */
export async function pickClassifier(root: string, name: string | undefined): Promise<Classifier> {
  const { classifiers } = await listClassifiers(root);
  const names = classifiers.map((classifier) => classifier.name).join(', ');
  if (classifiers.length === 0)
    throw usageError(`${root} has no classifier: create one in the editor first.`);
  const picked = name === undefined ? classifiers : classifiers.filter((one) => one.name === name);
  const [first, ...others] = picked;
  if (first === undefined) throw usageError(`${root} has no classifier '${name}'; it has ${names}.`);
  if (others.length > 0)
    throw usageError(`${root} has several classifiers (${names}): say which with --classifier.`);
  return first;
}
