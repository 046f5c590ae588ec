/** Which texts come by to be labelled, or are looked at again. */
import type { TextFilter } from '../protocol/labelPanelApi';
import type { CorpusText } from './corpus';
import type { LabelState, TextIdentity } from './labelState';

/** What nobody has decided about. */
export const openTexts: TextFilter = { show: 'open' };

/**
 * @param scoreOf the model's score of a text; undefined where it was not asked, and then the text fits
 */
export function fits(
  text: Pick<CorpusText, 'path' | 'part' | 'hash' | 'text' | 'id'>,
  filter: TextFilter,
  state: LabelState,
  scoreOf: (id: string) => number | undefined = () => undefined,
): boolean {
  const { show, label, path, words, below } = filter;
  if (path !== undefined && !text.path.startsWith(path)) return false;
  if (!isShown(text, show, state)) return false;
  if (label !== undefined && state.labelOf(text) !== label) return false;
  if (below !== undefined && (scoreOf(text.id) ?? 0) >= below) return false;
  return words === undefined || contains(text.text, words);
}

/** Every word, wherever it stands: 'new york' finds "York is new". */
export function contains(text: string, words: string): boolean {
  const plain = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => plain.includes(word));
}

function isShown(text: TextIdentity, show: TextFilter['show'], state: LabelState): boolean {
  const decision = state.decisionOn(text);
  switch (show) {
    case 'open':
      return decision === undefined;
    case 'labelled':
      return decision === 'label';
    case 'none':
      return decision === 'none';
    case 'skipped':
      return decision === 'skip';
    case 'noted':
      return state.noteOn(text) !== '';
    case 'all':
      return true;
  }
}
