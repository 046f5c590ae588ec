/** States of the label panel as the host sends them. */
import type { LabelPanelState, PanelText } from '../../extension/protocol/labelPanelApi';

export function text(id: number, content: string, more: Partial<PanelText> = {}): PanelText {
  return {
    id: `tickets/${id}.txt`,
    place: `tickets/${id}.txt`,
    text: content,
    isCut: false,
    note: '',
    history: [],
    ...more,
  };
}

const ticket = `The export button does nothing when the table is filtered.

Steps: open a table with more than a thousand rows, filter by status “open”, press Export. The spinner shows for a
moment and then nothing happens; there is no file and no message. Without the filter it works.

Version 4.2.1, Windows 11. It worked in 4.1.`;

function rangeOf(words: string): { start: number; end: number } {
  const start = ticket.indexOf(words);
  return { start, end: start + words.length };
}

const waiting: LabelPanelState = {
  turn: 7,
  view: 'text',
  classifier: 'tickets',
  labels: [
    {
      name: 'bug',
      key: '1',
      colour: 'var(--vscode-nanonet-label1)',
      colourName: 'nanonet.label1',
      description: 'Something that worked or should work does not.',
      count: 14,
    },
    {
      name: 'feature',
      key: '2',
      colour: 'var(--vscode-nanonet-label2)',
      colourName: 'nanonet.label2',
      count: 9,
    },
    {
      name: 'question',
      key: '3',
      colour: 'var(--vscode-nanonet-label3)',
      colourName: 'nanonet.label3',
      count: 19,
    },
  ],
  unknownLabels: [],
  counts: { texts: 7990, labelled: 42, none: 3, skipped: 2, left: 7943 },
  order: 'random',
  unavailable: { useful: 'It needs five labels.' },
  filter: { show: 'open' },
  paths: ['tickets/', 'mails/2024/'],
  canUndo: true,
  canRedo: false,
  model: 'v3',
  notices: [],
  agreement: { disagreements: [], pairs: [] },
};

/** What comes after it. */
export const upcoming: readonly PanelText[] = [
  text(2, 'Could you add dark mode to the settings page?'),
  text(3, 'How do I change my address?'),
  text(4, 'مرحبا، لا أستطيع تسجيل الدخول إلى حسابي منذ الأمس.'),
];

/** Three labels, a model that suggests one, and texts to come. */
export const labelling: LabelPanelState = {
  ...waiting,
  text: text(1, ticket, {
    suggestion: {
      label: 'bug',
      score: 0.93,
      runnerUp: { label: 'question', score: 0.05 },
      unsure: false,
    },
    decided: { words: [rangeOf('does nothing'), rangeOf('there is no file')] },
    history: [
      { at: '27 Nov 2026, 18:02', said: 'skipped', by: 'Ada Lovelace' },
      { at: '26 Nov 2026, 09:41', said: 'question undone' },
    ],
  }),
};

/** The state that follows when the text that is shown was decided. */
export function after(state: LabelPanelState): LabelPanelState {
  const [next] = upcoming;
  return { ...waiting, turn: state.turn + 1, ...(next && { text: next }) };
}

/** Two people, and a text that they labelled differently. */
export const disagreeing: LabelPanelState = {
  ...labelling,
  agreement: {
    pairs: [{ a: 'Ada Lovelace', b: 'Bob', texts: 40, kappa: 0.72 }],
    disagreements: [
      {
        id: 'tickets/2.txt',
        place: 'tickets/2.txt',
        excerpt: 'Could you add dark mode to the settings page?',
        sides: [
          { by: 'Ada Lovelace', label: 'feature', at: '26 Nov 2026, 09:41' },
          { by: 'Bob', label: '', at: '27 Nov 2026, 10:02' },
        ],
      },
    ],
  },
};

/** Without a text, and why. */
export function empty(nothing: NonNullable<LabelPanelState['nothing']>): LabelPanelState {
  return { ...waiting, nothing };
}

/** As many labels as BANKING77 has. */
export const manyLabels: LabelPanelState = {
  ...labelling,
  labels: Array.from({ length: 77 }, (_, at) => ({
    name: `intent number ${at + 1}${at % 9 === 0 ? ' with quite a long name of its own' : ''}`,
    colour: `var(--vscode-nanonet-label${(at % 8) + 1})`,
    colourName: `nanonet.label${(at % 8) + 1}`,
    count: (at * 7) % 23,
  })),
};
