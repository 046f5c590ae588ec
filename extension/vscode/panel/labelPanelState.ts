/** What the label panel draws, from the desk and the journal. */
import * as vscode from 'vscode';
import type {
  Acknowledged,
  LabelPanelState,
  NothingToShow,
  PanelLabel,
  PanelText,
  Suggestion,
} from '../../protocol/labelPanelApi';
import { agreementOf } from '../../project/agreement';
import type { CorpusText } from '../../project/corpus';
import { predictionOf, traceOf } from '../languageModels/committeeAnswers';
import { said } from '../marks/entryPhrase';
import { cssColourOf } from '../marks/palette';
import type { Project } from '../workspace/project';
import { placeFor, type LabelDesk } from './labelDesk';

/** Of a longer text the beginning is shown; what is labelled is the whole. */
const longestShown = 20_000;
/** Texts whose suggestions are asked for ahead. */
const readyTexts = 3;
const shownHistory = 6;
const shownNotices = 5;

/** Without a classifier, or while there is none yet. */
export function emptyState(nothing: NothingToShow, notices: readonly string[] = []): LabelPanelState {
  return {
    turn: 0,
    view: 'text',
    classifier: '',
    labels: [],
    unknownLabels: [],
    counts: { texts: 0, labelled: 0, none: 0, skipped: 0, left: 0 },
    order: 'random',
    unavailable: {},
    filter: { show: 'open' },
    paths: [],
    canUndo: false,
    canRedo: false,
    nothing,
    notices,
    agreement: { disagreements: [], pairs: [] },
  };
}

export function stateOf(desk: LabelDesk): LabelPanelState {
  const { project, queue, suggestions } = desk;
  const { journal } = project;
  const nothing = whyNothing(desk);
  return {
    view: desk.view,
    classifier: project.name,
    labels: labelsOf(project),
    unknownLabels: unknownLabelsOf(project),
    counts: countsOf(desk),
    order: desk.orderName,
    unavailable: {},
    filter: queue.filter,
    paths: desk.paths,
    canUndo: journal.canUndo,
    canRedo: journal.canRedo,
    ...(suggestions.model !== undefined && { model: suggestions.model }),
    ...acknowledged(desk),
    ...(nothing && { nothing }),
    notices: noticesOf(project),
    agreement: agreementOn(desk),
  };
}

function agreementOn({ project, queue }: LabelDesk): LabelPanelState['agreement'] {
  const { disagreements, pairs } = agreementOf(project.journal.said);
  const listed = disagreements.flatMap(({ hash, excerpt, sides }) => {
    const text = queue.texts.find((one) => one.hash === hash);
    if (text === undefined) return [];
    const said = sides.map(({ by, label, edit }) => ({ by, label, at: dateOf(edit.at) }));
    return [{ id: text.id, place: placeFor(text), excerpt, sides: said }];
  });
  return { disagreements: listed, pairs };
}

function labelsOf(project: Project): PanelLabel[] {
  const counts = project.labelCounts();
  return project.classifier.labels.map((label, position) => ({
    name: label.name,
    ...(label.key !== undefined && { key: label.key }),
    colour: cssColourOf(label, position),
    colourName: label.colour ?? '',
    ...(label.description !== undefined && { description: label.description }),
    count: counts.get(label.name) ?? 0,
  }));
}

function unknownLabelsOf(project: Project): LabelPanelState['unknownLabels'] {
  const known = new Set(project.classifier.labels.map(({ name }) => name));
  return [...project.labelCounts()]
    .filter(([name]) => !known.has(name))
    .map(([name, count]) => ({ name, count }));
}

function countsOf({ queue }: LabelDesk): LabelPanelState['counts'] {
  const { decided, left } = queue.tally;
  return { texts: queue.size, labelled: decided.label, none: decided.none, skipped: decided.skip, left };
}

function whyNothing({ queue, project, isReading }: LabelDesk): NothingToShow | undefined {
  if (isReading && queue.size === 0) return 'reading';
  if (queue.size === 0) return 'noTexts';
  if (project.classifier.labels.length === 0) return 'noLabels';
  if (queue.current !== undefined) return undefined;
  const { show, ...more } = queue.filter;
  return show === 'open' && Object.keys(more).length === 0 ? 'allDecided' : 'noneMatches';
}

/** What a key is answered with, before anything else: the text that is shown now. */
export function acknowledged(desk: LabelDesk): Acknowledged {
  const { queue, suggestions, turn } = desk;
  const { current } = queue;
  if (current === undefined) return { turn };
  // The model has answered about a text before it is shown.
  suggestions.want([current, ...queue.next(readyTexts)]);
  return { turn, text: textOf(desk, current) };
}

function textOf(
  { project, queue, suggestions, deciding, committee }: LabelDesk,
  text: CorpusText,
): PanelText {
  const { id, path, part } = text;
  const { state } = project.journal;
  const decision = state.decisionOn(text);
  const label = state.labelOf(text);
  const prediction = suggestions.of(text);
  const discussion = committee.of(project, text)?.discussion;
  const together = discussion && predictionOf(discussion);
  const suggestion =
    together && !together.none
      ? { ...suggestionOf(together), byCommittee: true as const }
      : prediction && suggestionOf(prediction);
  const why = queue.why(id);
  const decided = prediction && deciding.of(text, prediction.label);
  return {
    id,
    place: placeFor(text),
    text: text.text.slice(0, longestShown),
    isCut: text.text.length > longestShown,
    ...(decision && { decision }),
    ...(label !== undefined && { label }),
    note: state.noteOn(text),
    ...(why !== undefined && { why }),
    ...(suggestion && { suggestion }),
    ...(decided && !suggestion?.byCommittee && { decided }),
    ...(discussion && { trace: traceOf(discussion) }),
    history: historyOf(project, path, part),
  };
}

function suggestionOf({
  label,
  score,
  runnerUp,
  abstained,
}: Omit<Suggestion, 'unsure'> & { readonly abstained: boolean }): Suggestion {
  return { label, score, ...(runnerUp && { runnerUp }), unsure: abstained };
}

function historyOf(project: Project, path: string, part: string | undefined): PanelText['history'] {
  return project.journal
    .textHistoryOf(path, part)
    .slice(-shownHistory)
    .reverse()
    .map((entry) => ({
      at: dateOf(entry.at),
      said: said(entry),
      ...(entry.by !== undefined && { by: entry.by }),
    }));
}

function dateOf(at: string): string {
  return new Date(at).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
}

function noticesOf(project: Project): string[] {
  const { problems } = project.journal;
  const told = problems
    .slice(0, shownNotices)
    .map(({ line, reason }) => vscode.l10n.t('labels.jsonl, line {0}: {1}.', line, reason));
  const more = problems.length - told.length;
  const { leftOut } = project.texts;
  return [
    ...(leftOut === undefined ? [] : [leftOut]),
    ...told,
    ...(more > 0 ? [vscode.l10n.t('{0} more lines could not be read.', more)] : []),
  ];
}
