/** What is said of a model after its training. */
import { basename } from 'node:path';
import type {
  Estimate,
  MislabelledText,
  RunSettings,
  StudentFigures,
  TextRef,
  TrainingReport,
} from '../../../protocol/report';
import { CalibrationBins } from '../../assess/calibrationBins';
import { classFigures } from '../../assess/classFigures';
import { accuracyEstimate, level, percentileInterval } from '../../assess/intervals';
import { labelErrors } from '../../assess/labelErrors';
import { accuracy, argmaxRows, confusionMatrix, macroF1, type Scores } from '../../assess/metrics';
import type { StudentOptions } from '../../deploy/studentGraph';
import { classOf, labelledTexts, type Dataset } from '../dataset';
import { Random } from '../random';
import { answersOf, type Seen } from '../seen';
import type { Prepared, Trained } from '../trainingRun';
import { pickRows, pickScores, type Vectors } from '../vectors';
import { isAnswered } from '../views/powers';
import { measuredCurve } from './measuredCurve';
import { sizeAndSpeed } from './studentFigures';
import { viewsApart } from './viewsApart';

const mostMislabelled = 50;
const bootstraps = 500;
const reliabilityBins = 10;

export interface Chosen {
  readonly id: string;
  readonly temperature: number;
  readonly nameOf: (id: string) => string;
}

/**
 * Its figures are of what teachers and views say together of labels that they have not learned from; where no texts without a label
 * are learned from, of what views that cost little do.
 * @param now milliseconds @param pause awaited between pieces of work; throws to cancel
 */
export async function trainingReport(
  prepared: Prepared,
  trained: Trained,
  seen: Seen,
  chosen: Chosen,
  now: () => number,
  signal: AbortSignal,
): Promise<TrainingReport> {
  const { dataset, recipe } = prepared;
  const pause = async (): Promise<void> => {
    await new Promise(setImmediate);
    signal.throwIfAborted();
  };
  const all = labelledTexts(dataset);
  const apart = trained.labels?.apart ?? (await viewsApart(prepared, pause));
  const rows = [...all.keys()].filter((row) => isAnswered(apart.after, row));
  const texts = rows.map((row) => all[row] as number);
  const truth = texts.map((text) => classOf(dataset, text));
  const [before, after] = [pickScores(apart.before, rows), pickScores(apart.after, rows)];
  const predicted = argmaxRows(after);
  const classes = dataset.labels.length;
  const confusion = confusionMatrix(predicted, truth, classes);
  const hits = truth.filter((c, i) => predicted[i] === c).length;

  const students: StudentFigures[] = [];
  let estimate: Estimate | undefined;
  for (const member of trained.cohort.students) {
    await pause();
    const student: StudentOptions = {
      encoder: prepared.encoder,
      member,
      parameters: (name) => trained.cohort.layout.read(trained.parameters, name),
      temperature: chosen.temperature,
    };
    const own =
      rows.length === 0 ? undefined : accuracyEstimate(hits, rows.length, meanScore(dataset, seen, student));
    const isChosen = member.id === chosen.id;
    if (isChosen) estimate = own;
    students.push({
      id: member.id,
      name: chosen.nameOf(member.id),
      ...(own && { accuracy: own.value }),
      ...(await sizeAndSpeed(student, prepared, now, signal)),
      chosen: isChosen,
    });
  }

  const doubts = labelErrors(after, truth);
  const mislabelled = doubts
    .slice(0, mostMislabelled)
    .map(({ row, suggested, ...doubt }): MislabelledText => {
      const text = texts[row] as number;
      const label = dataset.labels[truth[row] as number] as string;
      return { ...refOf(dataset, text), ...doubt, label, suggested: dataset.labels[suggested] as string };
    });
  return {
    format: 1,
    labels: dataset.labels,
    heldOut: rows.length,
    level,
    ...(estimate && {
      accuracy: estimate,
      macroF1: f1Estimate(
        predicted,
        truth,
        classes,
        estimate.value - accuracy(predicted, truth),
        recipe.seed,
      ),
    }),
    classes: classFigures(confusion, dataset.labels),
    confusion: confusion.flatMap((counts, is) =>
      counts.flatMap((count, takenFor) => {
        if (count === 0) return [];
        const own = texts.filter((_, i) => truth[i] === is && predicted[i] === takenFor);
        return [{ is, takenFor, texts: own.map((text) => refOf(dataset, text)) }];
      }),
    ),
    reliability: { before: reliabilityOf(before, truth), after: reliabilityOf(after, truth) },
    learningCurve: await measuredCurve(prepared, pause),
    mislabelled,
    likelyErrors: doubts.filter(({ likely }) => likely).length,
    students,
    settings: settingsOf(prepared),
  };
}

function settingsOf({ recipe, baseDir, device }: Prepared): RunSettings {
  const { adapter, students, steps, learningRate, seed, windowTokens, spreadShare, mutualShare } = recipe;
  const { targetPrecision } = recipe;
  return {
    ...{ base: basename(baseDir), adapter, students, steps, learningRate, seed, windowTokens },
    ...{ spreadShare, mutualShare, device },
    ...(targetPrecision !== undefined && { targetPrecision }),
  };
}

function refOf({ places }: Dataset, text: number): TextRef {
  return places[text] as TextRef;
}

/** Of a student's answers on texts without a label that it learned from; undefined when there are none. */
function meanScore(
  { given }: Dataset,
  { texts, features }: Seen,
  student: StudentOptions,
): number | undefined {
  const rows = texts.flatMap((text, row) => (given[text] === undefined ? [row] : []));
  if (rows.length === 0) return undefined;
  const own = pickRows(features.get(student.member.id) as Vectors, rows);
  const { classes, data } = answersOf(own, student);
  return (
    rows.reduce((sum, _, i) => sum + Math.max(...data.subarray(i * classes, (i + 1) * classes)), 0) /
    rows.length
  );
}

/** Macro F1 of the held-out answers, moved as far as their accuracy was; the interval by drawing the labels anew. */
function f1Estimate(
  predicted: readonly number[],
  truth: readonly number[],
  classes: number,
  moved: number,
  seed: number,
): Estimate {
  const random = Random.of(seed, 'macro F1');
  const of = (rows: readonly number[]): number => {
    const own = confusionMatrix(
      rows.map((row) => predicted[row] as number),
      rows.map((row) => truth[row] as number),
      classes,
    );
    return Math.min(1, Math.max(0, macroF1(own) + moved));
  };
  const draws = Array.from({ length: bootstraps }, () => of(truth.map(() => random.int(truth.length))));
  return percentileInterval(of([...truth.keys()]), draws);
}

function reliabilityOf(
  { classes, data }: Scores,
  truth: readonly number[],
): ReturnType<CalibrationBins['reliability']> {
  const bins = new CalibrationBins(reliabilityBins);
  const predicted = argmaxRows({ classes, data });
  truth.forEach((c, row) => {
    const said = predicted[row] as number;
    bins.add(data[row * classes + said] as number, said === c);
  });
  return bins.reliability();
}
