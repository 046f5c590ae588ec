/** Ways to look at the texts, each of which answers in its own right; `fitPowers` says how far each is heard. */
import type { Scores } from '../../assess/metrics';

export interface View {
  readonly id: 'teacher' | 'meaning' | 'beginning' | 'words' | 'neighbours' | 'names' | 'nameWords';
  /** False where labels change nothing. */
  readonly learns: boolean;
  /**
   * What it says of all texts once it has learned from these labelled ones.
   * @returns [texts, classes]: logits
   */
  answers(learned: readonly number[]): Promise<Scores>;
}
