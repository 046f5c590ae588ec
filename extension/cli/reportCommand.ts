import { resolve } from 'node:path';
import { Command } from 'commander';
import { readReport } from '../project/reportFile';
import type { Estimate, TextRef, TrainingReport } from '../protocol/report';
import { count, megabytes, percent, table } from './figures';
import { jsonOption } from './options';
import { excerpt, leftColumns } from './rows';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFolder } from './usageError';

const shownConfusions = 10;
const shownDoubts = 20;

/** `nanonet report`: what a training said of its model. */
export function reportCommand(terminal: Terminal): Command {
  return new Command('report')
    .summary('show what a training said of its model')
    .description(
      'Prints MODEL.report.json, which a training writes beside its model: how right it is and how sure that is, class by class,\nwhat it confuses, which labels may be wrong, and what more labels would bring.',
    )
    .argument('<model>', "the model's folder")
    .addOption(jsonOption())
    .action(async (model: string, { json }: { readonly json?: boolean }) => {
      needFolder(model, 'The model', 'nanonet.json');
      const report = await readReport(resolve(model));
      await writeLine(terminal.out, json === true ? JSON.stringify(report) : reportText(report));
    });
}

/** For a person: figures with their intervals, classes, confusions, doubts, the curve, the students. */
export function reportText(report: TrainingReport): string {
  const { heldOut, level, accuracy, macroF1, classes, reliability, students } = report;
  const blocks = [
    accuracy && macroF1
      ? [
          table([
            [`with ${percent(level)} confidence`, '', 'from', 'to'],
            ['accuracy', ...interval(accuracy)],
            ['macro F1', ...interval(macroF1)],
          ]),
          `Told from ${count(heldOut, 'label')}, each by those who have not learned from it, and from the student's scores.`,
          `Calibration error there: ${percent(reliability.after.ece)}, before calibration ${percent(reliability.before.ece)}.`,
        ]
      : [
          'Nothing could be measured, for no label could be left out: label two texts of each class at least.',
        ],
    [
      table([
        ['', 'labels', 'precision', 'recall', 'F1'],
        ...classes.map(({ label, texts, precision, recall, f1 }) => [
          excerpt(label),
          String(texts),
          precision === undefined ? '-' : percent(precision),
          percent(recall),
          percent(f1),
        ]),
      ]),
    ],
    confusions(report),
    doubts(report),
    curve(report),
    [
      table([
        ['', 'accuracy', 'texts a second', 'size'],
        ...students.map(({ name, chosen, accuracy: share, docsPerSecond, sizeBytes }) => [
          `${name}${chosen ? ', exported' : ''}`,
          share === undefined ? '-' : percent(share),
          String(Math.round(docsPerSecond)),
          megabytes(sizeBytes),
        ]),
      ]),
    ],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function interval({ value, low, high }: Estimate): string[] {
  return [value, low, high].map(percent);
}

function confusions({ confusion, labels }: TrainingReport): string[] {
  return confusion
    .filter(({ is, takenFor }) => is !== takenFor)
    .sort((a, b) => b.texts.length - a.texts.length)
    .slice(0, shownConfusions)
    .map(
      ({ is, takenFor, texts }) =>
        `${count(texts.length, 'text')} of ${excerpt(labels[is] ?? '')} taken for ${excerpt(labels[takenFor] ?? '')}: ${texts.slice(0, 5).map(placeOf).join(', ')}` +
        (texts.length > 5 ? ', ...' : ''),
    );
}

function doubts({ mislabelled, likelyErrors, heldOut }: TrainingReport): string[] {
  if (mislabelled.length === 0) return [];
  const rows = mislabelled
    .slice(0, shownDoubts)
    .map((doubt) => [
      doubt.likely ? '!' : ' ',
      placeOf(doubt),
      `${excerpt(doubt.label)} ${percent(doubt.score)}`,
      `rather ${excerpt(doubt.suggested)} ${percent(doubt.suggestedScore)}`,
    ]);
  return [`${likelyErrors} of ${count(heldOut, 'label')} may be wrong (!):`, leftColumns(rows)];
}

function curve({ learningCurve: { points, tenMore } }: TrainingReport): string[] {
  if (points.length === 0) return [];
  const seen = points.map(({ labels, accuracy }) => `${percent(accuracy)} with ${labels}`).join(', ');
  return [
    `Regression on vectors and words, by labels: ${seen}.`,
    tenMore
      ? `Ten more labels a class would bring it ${inPoints(tenMore.value)} (${inPoints(tenMore.low)} to ${inPoints(tenMore.high)}).`
      : 'What more labels would bring, these labels cannot say.',
  ];
}

function inPoints(share: number): string {
  return `${(100 * share).toFixed(1)} points`;
}

function placeOf({ row, id }: TextRef): string {
  return id === undefined ? `row ${row + 1}` : excerpt(id);
}
