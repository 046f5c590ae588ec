/** The map of the texts on the desk: drawn once, and what is said of its points as often as somebody asks. */
import type { ListedText, MapMarks, MapProgress, PanelMap } from '../../protocol/labelPanelApi';
import { noLabel } from '../../protocol/labelPanelApi';
import type { CorpusText } from '../../project/corpus';
import type { LabelState } from '../../project/labelState';
import type { TextMap } from '../classification/corpusQuestions';
import type { LabelDesk } from './labelDesk';

/** Of a list of texts, so many are shown. */
export const longestList = 200;

export class LabelMap {
  private drawn: PanelMap | undefined;

  constructor(
    private readonly desk: Pick<LabelDesk, 'questions' | 'project' | 'queue' | 'suggestions' | 'listed'>,
  ) {}

  /**
   * @param want 'ready': of the texts that have their places by now; 'anew': not the one that was drawn last
   * @throws MissingError without trust, AppError of the engine, CancelledError
   */
  async draw(
    want: 'ready' | 'anew' | undefined,
    onProgress: (progress: MapProgress) => void,
    signal: AbortSignal,
  ): Promise<PanelMap> {
    if (this.drawn && want === undefined) return this.drawn;
    const found = await this.desk.questions.map(want === 'ready' ? undefined : onProgress, signal);
    this.drawn = { drawn: Date.now(), ...pointsOf(found) };
    return this.drawn;
  }

  /** @param suggested the model is asked about the texts that it has not answered yet */
  marks(suggested: boolean): MapMarks {
    const { project, queue, suggestions } = this.desk;
    const { state } = project.journal;
    const { drawn = 0, ids = [], leftOut = 0 } = this.drawn ?? {};
    const numbers = new Map(project.classifier.labels.map(({ name }, at) => [name, at]));
    const numberOf = (label: string): number => {
      const number = numbers.get(label) ?? numbers.size;
      numbers.set(label, number);
      return number;
    };
    const texts = ids.map((id) => queue.get(id));
    const there = texts.filter((text) => text !== undefined);
    const given = texts.map((text) => (text ? givenTo(text, state, numberOf) : noLabel.gone));
    if (suggested) suggestions.wantAside(there);
    const said = suggestions.model === undefined ? [] : texts.map((text) => text && suggestions.of(text));
    return {
      drawn,
      given,
      suggested: said.map((prediction) => (prediction ? numberOf(prediction.label) : -1)),
      scores: said.map((prediction) => prediction?.score ?? 0),
      unsure: said.map((prediction) => (prediction?.abstained ? 1 : 0)),
      labels: [...numbers.keys()],
      missing: Math.max(0, queue.size - there.length - leftOut),
    };
  }

  listed(ids: readonly string[]): ListedText[] {
    return ids.slice(0, longestList).flatMap((id) => {
      const text = this.desk.queue.get(id);
      return text ? [this.desk.listed(text)] : [];
    });
  }
}

/** A point for each text; the engine has one for texts that are the same. */
function pointsOf({ texts, map }: TextMap): Omit<PanelMap, 'drawn'> {
  const points = new Map(map.rows.map((row, point) => [texts[row]?.text, point]));
  const there = texts.flatMap(({ id, text }) => {
    const point = points.get(text);
    return point === undefined ? [] : [{ id, point }];
  });
  const of = (values: readonly number[]): number[] => there.map(({ point }) => values[point] ?? 0);
  const isWhole = map.placed === map.of;
  return {
    ids: there.map(({ id }) => id),
    x: of(map.x),
    y: of(map.y),
    group: of(map.group),
    groups: map.groups.map(({ words }) => ({ words })),
    leftOut: isWhole ? texts.length - there.length : 0,
  };
}

function givenTo(text: CorpusText, state: LabelState, numberOf: (label: string) => number): number {
  const decision = state.decisionOn(text);
  if (decision === undefined) return noLabel.open;
  if (decision !== 'label') return decision === 'none' ? noLabel.none : noLabel.skipped;
  return numberOf(state.labelOf(text) ?? '');
}
