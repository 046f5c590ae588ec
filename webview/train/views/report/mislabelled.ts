import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { LearnedText } from '../../../../extension/protocol/panelApi';
import type { MislabelledText, TrainingReport } from '../../../../extension/protocol/report';
import { share, whole } from '../../format';
import { reportWords } from '../../reportWords';

export interface DoubtWishes {
  readonly decide: (doubt: MislabelledText, label: string) => void;
  readonly open: (row: number) => void;
  readonly undo: () => void;
  /** Up and down: to the same button of that text. */
  readonly focus: (row: number, button: string) => void;
}

/** Those that nobody has decided about since the training. */
export function openDoubts(
  { mislabelled }: TrainingReport,
  decided: readonly number[],
): readonly MislabelledText[] {
  return mislabelled.filter(({ row }) => !decided.includes(row));
}

/** @param current the row whose buttons Tab comes to */
export function mislabelled(
  report: TrainingReport,
  decided: readonly number[],
  current: number | undefined,
  textAt: (row: number) => LearnedText | undefined,
  wishes: DoubtWishes,
): TemplateResult {
  const doubts = openDoubts(report, decided);
  const settled = report.mislabelled.length - doubts.length;
  const stop = doubts.some(({ row }) => row === current) ? current : doubts[0]?.row;
  return html`
    <p class="doubts-line" tabindex="-1">
      ${
        report.mislabelled.length === 0
          ? reportWords.noDoubts
          : doubts.length === 0
            ? reportWords.allDecided
            : reportWords.likelyErrors(whole(report.likelyErrors), whole(report.heldOut))
      }
      ${
        settled === 0
          ? nothing
          : html`${reportWords.decided(whole(settled))}
              <button type="button" class="link" @click=${wishes.undo}>${reportWords.undo}</button>`
      }
    </p>
    ${doubts.length === 0 ? nothing : html`<p class="quiet hint">${reportWords.doubtsHint}</p>`}
    <ol class="doubts" aria-label=${reportWords.tabs.mislabelled}>
      ${repeat(
        doubts,
        ({ row }) => row,
        (doubt, at) => {
          const onKey = (event: KeyboardEvent): void => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            const to = step === undefined ? undefined : doubts[at + step];
            if (!to) return;
            event.preventDefault();
            wishes.focus(to.row, (event.target as HTMLElement).dataset['does'] ?? 'relabel');
          };
          return html`<li class="doubt" id=${doubtId(doubt.row)} @keydown=${onKey}>
            ${doubtRow(doubt, textAt(doubt.row), doubt.row === stop ? 0 : -1, wishes)}
          </li>`;
        },
      )}
    </ol>
  `;
}

export function doubtId(row: number): string {
  return `doubt-${row}`;
}

function doubtRow(
  doubt: MislabelledText,
  text: LearnedText | undefined,
  tabIndex: number,
  { decide, open }: DoubtWishes,
): TemplateResult {
  const { row, id, label, suggested, score, suggestedScore, likely } = doubt;
  const place = text?.place ?? id ?? reportWords.unknownText(whole(row + 1));
  const about = `${doubtId(row)}-text`;
  const button = (does: string, word: string, hint: string | undefined, act: () => void): TemplateResult =>
    html`<button
      type="button"
      class="plain-button"
      data-does=${does}
      tabindex=${tabIndex}
      aria-describedby=${about}
      title=${hint ?? nothing}
      @click=${act}
    >
      ${word}
    </button>`;
  return html`
    <p class="excerpt" id=${about} dir="auto">${text?.excerpt ?? place}</p>
    <p class="doubt-facts">
      <span class="grade ${likely ? 'likely' : ''}"
        >${likely ? reportWords.likely : reportWords.doubtful}</span
      >
      <span>${reportWords.given} <b dir="auto">${label}</b> ${share(score)}</span>
      <span>${reportWords.suggested} <b dir="auto">${suggested}</b> ${share(suggestedScore)}</span>
      ${text?.excerpt === undefined ? nothing : html`<span class="quiet" dir="auto">${place}</span>`}
    </p>
    <div class="doubt-buttons">
      ${button('relabel', reportWords.relabel(suggested), undefined, () => decide(doubt, suggested))}
      ${button('keep', reportWords.keep, reportWords.keepHint, () => decide(doubt, label))}
      ${button('open', reportWords.open, reportWords.openHint, () => open(row))}
    </div>
  `;
}
