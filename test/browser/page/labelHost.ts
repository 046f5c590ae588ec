/**
 * The extension host's end of the label panel, in the page: acknowledges as the real one does, and remembers what it was
 * asked. The test drives `window.labelHost`.
 */
import { AppError, CancelledError } from '../../../extension/protocol/appError';
import type {
  Acknowledged,
  LabelPanelNotifications,
  LabelPanelRequests,
  LabelPanelState,
  MapProgress,
} from '../../../extension/protocol/labelPanelApi';
import { servePanel } from '../../../extension/protocol/panelConnection';
import { upcoming } from '../labelStates';
import { channel } from './channel';
import { MapCorpus } from './mapCorpus';

export interface LabelHost {
  /** Every request that arrived, with what it said, in order. */
  readonly asked: { readonly method: string; readonly params: unknown }[];
  /** Answers the next request with an error, as a host whose disk is full does. */
  refuse: string | undefined;
  /** A map is still being made, so far. */
  mapProgress: MapProgress | undefined;
  readonly corpus: MapCorpus;
  /** How long the disk takes. */
  delayMs: number;
  /** Sends a state as the host does. */
  send(state: LabelPanelState): void;
  state: LabelPanelState;
}

declare global {
  interface Window {
    labelHost: LabelHost;
  }
}

async function took<T>(method: string, params: unknown, answer: () => T): Promise<T> {
  const { labelHost } = window;
  labelHost.asked.push({ method, params });
  await new Promise((resolve) => setTimeout(resolve, labelHost.delayMs));
  const { refuse } = labelHost;
  labelHost.refuse = undefined;
  if (refuse !== undefined) throw new AppError('journal/not-saved', refuse);
  return answer();
}

const here = (): Acknowledged => {
  const { turn, text } = window.labelHost.state;
  return { turn, ...(text && { text }) };
};
/** On to the next text. */
const on = (): Acknowledged => ({
  turn: window.labelHost.state.turn + 1,
  ...(upcoming[0] && { text: upcoming[0] }),
});

const moves = (method: string) => (params: unknown) => took(method, params, on);
const stays = (method: string) => (params: unknown) => took(method, params, here);
const start = window.startState as LabelPanelState;
const corpus = new MapCorpus(start.counts.texts);
const tellAgain = (): void => void setTimeout(() => window.labelHost.send({ ...window.labelHost.state }));
const found = upcoming.map(({ id, place, text }) => ({ id, place, excerpt: text.slice(0, 60) }));

const server = servePanel<LabelPanelRequests, LabelPanelNotifications>(channel, {
  'label/ready': (params) => took('label/ready', params, () => window.labelHost.state),
  'label/say': moves('label/say'),
  'label/sayAll': (params) =>
    took('label/sayAll', params, () => {
      const said = corpus.sayAll(params);
      tellAgain();
      return { ...here(), said };
    }),
  'label/note': stays('label/note'),
  'label/settle': stays('label/settle'),
  'label/back': stays('label/back'),
  'label/undo': (params) =>
    took('label/undo', params, () => {
      corpus.undo();
      tellAgain();
      return here();
    }),
  'label/redo': stays('label/redo'),
  'label/show': stays('label/show'),
  'label/order': stays('label/order'),
  'label/filter': stays('label/filter'),
  'label/search': (params) => took('label/search', params, () => found),
  'label/similar': (params) => took('label/similar', params, () => found),
  'label/set': stays('label/set'),
  'label/view': (params) =>
    took('label/view', params, () => {
      const { labelHost } = window;
      labelHost.state = { ...labelHost.state, view: params.view };
      return labelHost.state;
    }),
  'label/map': (params, signal) =>
    took('label/map', params, () => corpus.map).then((map) => {
      const { mapProgress } = window.labelHost;
      if (mapProgress === undefined || params.want !== undefined) return map;
      void server.notify('label/mapProgress', mapProgress);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError())));
    }),
  // What is asked with every state is no event of its own.
  'label/marks': () => Promise.resolve(corpus.marks()),
  'label/texts': ({ ids }) =>
    Promise.resolve(
      ids.map((id) => ({ id, place: id, excerpt: `<b>Ticket</b> ${id}: the export does nothing` })),
    ),
  'label/open': (params) => took('label/open', params, () => null),
  'label/command': (params) => took('label/command', params, () => null),
});

window.labelHost = {
  asked: [],
  refuse: undefined,
  delayMs: 0,
  mapProgress: undefined,
  corpus,
  state: start,
  send(state) {
    this.state = state;
    void server.notify('label/state', state);
  },
};
