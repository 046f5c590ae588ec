/** Two models' answers to the same texts: which texts get another label, and how. */
import type { Prediction } from '../protocol/engineApi';

/** What a model says where it abstains; no label is called so, for names have no brackets around them. */
export const unsure = '(unsure)';

/** Texts that one model calls `from` and the other `to`. */
export interface Change {
  readonly from: string;
  readonly to: string;
  /** Places among the texts that were asked about, ascending. */
  readonly texts: readonly number[];
}

export interface ModelComparison {
  /** Answers that were given, labels in their order, "(unsure)" last. */
  readonly answers: readonly string[];
  /** [earlier answer][later answer]: number of texts, as `answers`. */
  readonly counts: readonly (readonly number[])[];
  /** Most texts first. */
  readonly changes: readonly Change[];
  /** How many texts get another answer. */
  readonly changed: number;
  /** How many texts were asked about. */
  readonly texts: number;
}

/**
 * @param labels in the order in which people see them; others follow
 * @param before one answer a text @param after in the same order
 */
export function compareAnswers(
  labels: readonly string[],
  before: readonly Prediction[],
  after: readonly Prediction[],
): ModelComparison {
  const pairs = before.map((answer, at) => [answerOf(answer), answerOf(after[at] ?? answer)] as const);
  const given = new Set(pairs.flat());
  const answers = [...new Set([...labels, ...[...given].sort()])]
    .filter((answer) => answer !== unsure && given.has(answer))
    .concat(given.has(unsure) ? [unsure] : []);
  const counts = answers.map(() => answers.map(() => 0));
  const changes = new Map<string, Change & { readonly texts: number[] }>();
  pairs.forEach(([from, to], at) => {
    const row = counts[answers.indexOf(from)];
    const column = answers.indexOf(to);
    if (row) row[column] = (row[column] ?? 0) + 1;
    if (from === to) return;
    const key = JSON.stringify([from, to]);
    const change = changes.get(key) ?? { from, to, texts: [] };
    change.texts.push(at);
    changes.set(key, change);
  });
  return {
    answers,
    counts,
    changes: [...changes.values()].sort((a, b) => b.texts.length - a.texts.length),
    changed: [...changes.values()].reduce((sum, { texts }) => sum + texts.length, 0),
    texts: pairs.length,
  };
}

/** A model that knows texts that are none of the labels abstains from a label, and is sure of that. */
export function answerOf({ label, abstained, none }: Omit<Prediction, 'windows'>): string {
  return abstained && !none ? unsure : label;
}

/** The comparison as Markdown, for reading and for keeping; names of labels are text there too. */
export function comparisonText(
  { answers, counts, changes, changed, texts }: ModelComparison,
  names: { readonly before: string; readonly after: string },
): string {
  const [before, after] = [plain(names.before), plain(names.after)];
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, count) => sum + count, 0);
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const matrix = [
    row([`${before} ↓ ${after} →`, ...answers.map(plain), 'all']),
    row(['---', ...answers.map(() => '---:'), '---:']),
    ...answers.map((answer, at) => {
      const own = counts[at] ?? [];
      return row([
        plain(answer),
        ...own.map((count, to) => (to === at ? `**${count}**` : count)),
        total(own),
      ]);
    }),
    row(['all', ...answers.map((_, at) => total(counts.map((own) => own[at] ?? 0))), texts]),
  ];
  const list = changes.map(
    ({ from, to, texts: those }) => `- ${plain(from)} → ${plain(to)}: ${those.length}`,
  );
  const summary = `${changed} of ${texts} texts get another answer.`;
  return [
    `# ${before} and ${after}`,
    summary,
    matrix.join('\n'),
    ...(list.length > 0 ? [list.join('\n')] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~&]/g, '\\$&');
}
