/** What an answer of the policy is worth: rules, each a check that an answer passes or not. */
import { argmaxRows, type Scores } from '../assess/metrics';
import { isAnswered } from '../learn/views/powers';

/** The checks of some texts that do not depend on the policy. */
export interface Checks {
  /** Classes that are given; undefined where none is. */
  readonly given: readonly (number | undefined)[];
  /** Who else has an opinion, and how far it counts: probabilities [texts, classes]; a row of zeros where it has none. */
  readonly judges: readonly { readonly answers: Scores; readonly weight: number }[];
}

export interface RewardRules {
  /** Of abstaining, beside 1 for an answer that passes every check. */
  readonly price: number;
  /** What agreement under augmentation counts beside all judges together, which count 1. */
  readonly augmentation: number;
  /** The most that a class can gain or lose because it is given more rarely, or more often, than it is expected. */
  readonly shares: number;
}

/**
 * Rewards of all actions: [texts, classes + 1], "abstain" last. Half is the share of the soft checks, by their weights: how near an answer
 * comes to being each judge's best. Half is for passing all hard ones: most of the judges and most of the augmented views say the same. A
 * given label alone decides where there is one.
 * @param views answers of the policy itself to augmented views of the texts
 * @param found share of each class in the policy's answers @param wanted share that is expected
 */
export function rewardsOf(
  { given, judges }: Checks,
  views: readonly Scores[],
  { found, wanted }: { readonly found: readonly number[]; readonly wanted: readonly number[] },
  rules: RewardRules,
): Scores {
  const classes = wanted.length;
  const actions = classes + 1;
  const data = new Float32Array(given.length * actions);
  const bestOf = judges.map(({ answers }) => argmaxRows(answers));
  const viewed = views.map((view) => argmaxRows(view));
  given.forEach((known, text) => {
    const row = data.subarray(text * actions, (text + 1) * actions);
    row[classes] = rules.price;
    if (known !== undefined) {
      row[known] = 1;
      return;
    }
    const asked = judges.flatMap((judge, j) => (isAnswered(judge.answers, text) ? [j] : []));
    const weightOf = (j: number): number => judges[j]?.weight ?? 0;
    const heard = asked.reduce((sum, j) => sum + weightOf(j), 0) || 1;
    for (let c = 0; c < classes; c++) {
      let soft = 0;
      let passed = 0;
      for (const j of asked) {
        const at = text * classes;
        const judged = judges[j]?.answers.data;
        const best = judged?.[at + (bestOf[j]?.[text] ?? 0)] ?? 1;
        soft += (weightOf(j) / heard) * ((judged?.[at + c] ?? 0) / best);
        if (bestOf[j]?.[text] === c) passed += weightOf(j) / heard;
      }
      const same = viewed.filter((view) => view[text] === c).length / Math.max(1, viewed.length);
      const share = (soft + rules.augmentation * same) / (1 + rules.augmentation);
      const hard = passed > 0.5 && same > 0.5 ? 1 : 0;
      const due = Math.log(((wanted[c] ?? 0) + 1e-3) / ((found[c] ?? 0) + 1e-3));
      row[c] = (share + hard) / 2 + Math.max(-rules.shares, Math.min(rules.shares, rules.shares * due));
    }
  });
  return { classes: actions, data };
}

/** A group of samples for each text, as `Sampled` of the policy's loss takes them. */
export interface Group {
  /** Both [texts, actions]. */
  readonly shares: Float32Array;
  readonly advantages: Float32Array;
  /** Mean reward of the samples. */
  readonly reward: number;
}

/**
 * Draws `size` actions for each text and compares each with its group: (reward - mean) / deviation, 0 where all are worth the same.
 * @param logs of the policy, [texts, actions] @param uniform draws from [0, 1)
 */
export function sampleGroups(logs: Scores, rewards: Scores, size: number, uniform: () => number): Group {
  const { classes: actions, data } = rewards;
  const shares = new Float32Array(data.length);
  const advantages = new Float32Array(data.length);
  let reward = 0;
  for (let start = 0; start < data.length; start += actions) {
    for (let s = 0; s < size; s++) {
      let left = uniform();
      let action = 0;
      while (action < actions - 1 && (left -= Math.exp(logs.data[start + action] ?? 0)) >= 0) action += 1;
      shares[start + action] = (shares[start + action] ?? 0) + 1 / size;
    }
    const moment = (of: (value: number) => number): number => {
      let sum = 0;
      for (let a = start; a < start + actions; a++) sum += (shares[a] ?? 0) * of(data[a] ?? 0);
      return sum;
    };
    const mean = moment((value) => value);
    const deviation = Math.sqrt(moment((value) => (value - mean) ** 2));
    reward += mean;
    if (deviation < 1e-6) continue;
    for (let a = start; a < start + actions; a++) advantages[a] = ((data[a] ?? 0) - mean) / deviation;
  }
  return { shares, advantages, reward: reward / Math.max(1, data.length / actions) };
}
