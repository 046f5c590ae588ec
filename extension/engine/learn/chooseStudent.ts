/** Which student is exported, and how sure it may be. */
import type { ResultRow } from '../../protocol/snapshot';
import { accuracy, accuracyAndF1, argmaxRows, type Scores } from '../assess/metrics';
import { fitTemperature, fitTemperatureTo } from '../assess/temperature';
import type { CohortReader } from './cohortReader';
import type { Dataset } from './dataset';
import { heldOutAnswers, type HeldOutAnswers } from './heldOut';
import { answersOf, logitsOf, type Seen } from './seen';
import { membersOf } from './stepGraph';
import type { Prepared, Trained } from './trainingRun';
import { pickRows, pickScores, type Vectors } from './vectors';

/**
 * The student that agrees best with what all students and the spread labels say together of the unlabelled texts; without
 * those, the one with the best accuracy on its held-out labels. A few held-out labels alone would choose by chance. Where the
 * recipe names one, it is that one.
 */
export async function chooseStudent(
  { dataset, recipe }: Prepared,
  trained: Trained,
  seen: Seen,
  reader: CohortReader,
  signal: AbortSignal,
): Promise<{ chosen: string; temperature: number; heldOutRows: Omit<ResultRow, 'name'>[] }> {
  const { cohort, parameters, heldOut } = trained;
  const answers = await heldOutAnswers(reader, parameters, dataset, heldOut, signal);
  const agreement = agreements(dataset, trained, seen);

  const rows = membersOf(cohort).map(({ id }, m) => {
    const { truth, scores } = answers[m] as HeldOutAnswers;
    return {
      id,
      truth,
      scores,
      agreement: agreement.get(id) ?? 0,
      ...accuracyAndF1(argmaxRows(scores), truth, dataset.labels.length),
    };
  });
  const students = rows.filter(({ id }) => id !== cohort.teacher?.id);
  const best =
    students.find(({ id }) => id === recipe.student) ??
    students.reduce((a, b) => (b.agreement + 1e-3 * b.accuracy > a.agreement + 1e-3 * a.accuracy ? b : a));
  const pooled = {
    classes: dataset.labels.length,
    data: Float32Array.from(students.flatMap(({ scores }) => [...scores.data])),
  };
  return {
    chosen: best.id,
    temperature: fitTemperature(
      pooled,
      students.flatMap(({ truth }) => truth),
      { prior: expectedTemperature(best.id, trained, seen) },
    ),
    heldOutRows: rows
      .filter(({ truth }) => truth.length > 0)
      .map(({ id, accuracy: share, macroF1: f1 }) => ({ id, accuracy: share, macroF1: f1 })),
  };
}

/**
 * The temperature to expect without held-out labels: where neighbours are not believed, the one that makes a student as sure as all
 * views together are, which the given labels have calibrated; where they are, students know better than the views, and it is 1.
 */
function expectedTemperature(
  id: string,
  { cohort, parameters, labels }: Trained,
  { texts, features }: Seen,
): number {
  const member = cohort.students.find((student) => student.id === id);
  const own = features.get(id);
  if (!labels || !member || !own) return 1;
  const logits = logitsOf(own, { member, parameters: (name) => cohort.layout.read(parameters, name) });
  return fitTemperatureTo(logits, pickScores(labels.calibrated, texts)) ** (1 - labels.trust);
}

/** Of each student, the share of the unlabelled texts where it says what the mean of all and of the spread labels says. */
function agreements(
  { given }: Dataset,
  { cohort, parameters, labels }: Trained,
  { texts, features }: Seen,
): Map<string, number> {
  const rows = texts.flatMap((text, row) => (given[text] === undefined ? [row] : []));
  const answers = cohort.students.map((member) =>
    answersOf(pickRows(features.get(member.id) as Vectors, rows), {
      member,
      parameters: (name) => cohort.layout.read(parameters, name),
      temperature: 1,
    }),
  );
  const voices = [...answers];
  if (labels) {
    const learned = rows.map((row) => texts[row] as number);
    voices.push(pickScores(labels.spread, learned));
  }
  const consensus = argmaxRows(meanOf(voices));
  return new Map(
    answers.map((own, s) => [cohort.students[s]?.id ?? '', accuracy(argmaxRows(own), consensus)]),
  );
}

/** Of several voices, all heard alike. */
export function meanOf(voices: readonly Scores[]): Scores {
  const { classes, data } = voices[0] as Scores;
  return {
    classes,
    data: data.map((_, i) => voices.reduce((sum, scores) => sum + (scores.data[i] ?? 0), 0) / voices.length),
  };
}
