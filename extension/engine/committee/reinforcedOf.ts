import { softmaxRows } from '../assess/metrics';
import { meanOf } from '../learn/chooseStudent';
import { sharesOf } from '../learn/classShares';
import { withGiven } from '../learn/firstLabels';
import { nearestNeighbours } from '../learn/neighbours';
import { logitsOf, type Seen } from '../learn/seen';
import { affinityOf, spreadLabels } from '../learn/spreading';
import { membersOf } from '../learn/stepGraph';
import type { Prepared, Trained } from '../learn/trainingRun';
import { normaliseRows, pickRows, pickScores, type Vectors } from '../learn/vectors';
import type { Discussion } from './discussion';
import type { Reinforced } from './reinforce';

/** How far near texts are heard in what an answer is worth. */
const judgedAlpha = 0.5;

/** Who is rewarded, and for what: the student that was chosen, the texts that it learns from, and what the judges hold of their labels. */
export async function reinforcedOf(
  { dataset, recipe, device }: Prepared,
  { cohort, parameters, heldOut }: Trained,
  seen: Seen,
  chosen: string,
  { labels, settled }: Pick<Discussion, 'labels' | 'settled'>,
  signal: AbortSignal,
): Promise<Reinforced> {
  const member = cohort.students.find(({ id }) => id === chosen);
  if (!member) throw new Error(`No student "${chosen}".`);
  const held = heldOut[membersOf(cohort).indexOf(member)] ?? new Set<number>();
  const rows = seen.texts.flatMap((text, row) => (held.has(text) ? [] : [row]));
  const texts = rows.map((row) => seen.texts[row] as number);
  const given = texts.map((text) => dataset.given[text]);
  const featuresOf = (id: string): Vectors => pickRows(seen.features.get(id) as Vectors, rows);
  const judges = cohort.students.map((student) => {
    const own = (name: string): Float32Array => cohort.layout.read(parameters, name);
    return softmaxRows(logitsOf(featuresOf(student.id), { member: student, parameters: own }));
  });
  const network = labels.opinions.find(({ id }) => id === 'student');
  if (network) judges.push(pickScores(network.answers, texts));
  judges.push(pickScores(settled.labels, texts));
  // Near texts in what the student reads, where texts of a class are together, as in the base model's space they need not be.
  const space = featuresOf(chosen);
  normaliseRows(space);
  const near = affinityOf(await nearestNeighbours(space, recipe.neighbours, device, signal));
  return {
    member,
    parameters: (name) => cohort.layout.read(parameters, name),
    texts,
    heldOut: [...held],
    wanted: sharesOf(labels.spread),
    checks: { given, judged: spreadLabels(near, withGiven({ given }, meanOf(judges)), judgedAlpha) },
  };
}
