import type { ClassFigures } from '../../protocol/report';

/** Precision, recall and F1 of each class. @param confusion counts[truth][predicted] */
export function classFigures(
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
): ClassFigures[] {
  return labels.map((label, c) => {
    const hits = confusion[c]?.[c] ?? 0;
    const texts = (confusion[c] ?? []).reduce((a, b) => a + b, 0);
    const taken = confusion.reduce((sum, row) => sum + (row[c] ?? 0), 0);
    return {
      label,
      texts,
      ...(taken > 0 && { precision: hits / taken }),
      recall: texts === 0 ? 0 : hits / texts,
      f1: texts + taken === 0 ? 0 : (2 * hits) / (texts + taken),
    };
  });
}
