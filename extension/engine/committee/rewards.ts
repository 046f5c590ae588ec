/** What an answer of the policy is worth: rules, each a check that an answer passes or not, or passes so far. */
import { argmaxRows, type Scores } from '../assess/metrics';

/** The checks of some texts that do not depend on the policy. */
export interface Checks {
  /** Classes that are given; undefined where none is. */
  readonly given: readonly (number | undefined)[];
  /** What the judges hold of each answer together: probabilities [texts, classes]. */
  readonly judged: Scores;
}

export interface RewardRules {
  /** Of abstaining, beside 1 for an answer that passes every check. */
  readonly price: number;
  /** What agreement under augmentation counts beside the judges, which count 1. */
  readonly augmentation: number;
  /** What passing all hard checks counts, 0 to 1; the soft ones count the rest. */
  readonly hard: number;
  /** The most that a class can gain or lose because it is given more rarely, or more often, than it is expected. */
  readonly shares: number;
}

/**
 * Rewards of all actions: [texts, classes + 1], "abstain" last. The soft checks are how likely the judges hold an answer and how many
 * augmented views of the text get it too; the hard ones, that both are more than half. A given label alone decides where there is one.
 * @param views answers of the policy itself to augmented views of the texts
 * @param found share of each class in the policy's answers @param wanted share that is expected
 */
export function rewardsOf(
  { given, judged }: Checks,
  views: readonly Scores[],
  { found, wanted }: { readonly found: readonly number[]; readonly wanted: readonly number[] },
  rules: RewardRules,
): Scores {
  const { classes } = judged;
  const actions = classes + 1;
  const data = new Float32Array(given.length * actions);
  const viewed = views.map((view) => argmaxRows(view));
  const due = found.map((share, c) => {
    const short = rules.shares * Math.log(((wanted[c] ?? 0) + 1e-3) / (share + 1e-3));
    return Math.max(-rules.shares, Math.min(rules.shares, short));
  });
  given.forEach((known, text) => {
    const row = data.subarray(text * actions, (text + 1) * actions);
    row[classes] = rules.price;
    if (known !== undefined) {
      row[known] = 1;
      return;
    }
    for (let c = 0; c < classes; c++) {
      const likely = judged.data[text * classes + c] ?? 0;
      const same = viewed.filter((view) => view[text] === c).length / Math.max(1, viewed.length);
      const soft = (likely + rules.augmentation * same) / (1 + rules.augmentation);
      const passed = likely > 0.5 && (same > 0.5 || viewed.length === 0);
      row[c] = (1 - rules.hard) * soft + (passed ? rules.hard : 0) + (due[c] ?? 0);
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
 * Draws `size` actions for each text and compares each with the mean of its group, in deviations of all groups: in its own group's, a
 * difference of a hundredth would count as much as one of all or nothing (Liu et al. 2025, "Understanding R1-Zero-like training", on the
 * bias of that; sureness, which is what these differences are, would get lost).
 * @param logs of the policy, [texts, actions] @param uniform draws from [0, 1)
 */
export function sampleGroups(logs: Scores, rewards: Scores, size: number, uniform: () => number): Group {
  const { classes: actions, data } = rewards;
  const texts = Math.max(1, data.length / actions);
  const shares = new Float32Array(data.length);
  const advantages = new Float32Array(data.length);
  let reward = 0;
  let variance = 0;
  for (let start = 0; start < data.length; start += actions) {
    for (let s = 0; s < size; s++) {
      let left = uniform();
      let action = 0;
      while (action < actions - 1 && (left -= Math.exp(logs.data[start + action] ?? 0)) >= 0) action += 1;
      shares[start + action] = (shares[start + action] ?? 0) + 1 / size;
    }
    let mean = 0;
    for (let a = start; a < start + actions; a++) mean += (shares[a] ?? 0) * (data[a] ?? 0);
    for (let a = start; a < start + actions; a++) {
      advantages[a] = (data[a] ?? 0) - mean;
      variance += (shares[a] ?? 0) * (advantages[a] ?? 0) ** 2;
    }
    reward += mean;
  }
  const deviation = Math.sqrt(variance / texts);
  advantages.forEach((difference, i) => (advantages[i] = deviation < 1e-6 ? 0 : difference / deviation));
  return { shares, advantages, reward: reward / texts };
}
