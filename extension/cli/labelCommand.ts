import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { authorIn } from '../project/author';
import { readCorpus } from '../project/corpus';
import { hashOf, isPassage, type TextPlace } from '../project/labelEntry';
import { importRows, labelRows, parseRow, rowLine } from '../project/labelExchange';
import { LabelJournal } from '../project/labelJournal';
import { count } from './figures';
import { pickClassifier } from './projectRun';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { needFile, needFolder } from './usageError';

interface LabelOptions {
  readonly classifier?: string;
}

/** `nanonet label export | import`: a project's labels as JSON Lines, and back. */
export function labelCommand(terminal: Terminal): Command {
  const command = new Command('label').summary("take a project's labels out, or in");
  command
    .command('export')
    .summary('print what is said about each text, one JSON line a text')
    .description(
      'Prints one JSON line a text that somebody has decided about: text, label, decision, note, place, time and author. ' +
        'What `label import` takes in gives the same labels again.',
    )
    .argument('<project>', 'folder that holds .nanonet')
    .option('--classifier <name>', 'which one, where there are several')
    .action((project: string, options: LabelOptions) => exportLabels(project, options, terminal));
  command
    .command('import')
    .summary('take in what `label export` has printed, as one step of undo')
    .argument('<project>', 'folder that holds .nanonet')
    .argument('<file>', 'exported labels')
    .option('--classifier <name>', 'which one, where there are several')
    .action((project: string, file: string, options: LabelOptions) =>
      importLabels(project, file, options, terminal),
    );
  return command;
}

async function exportLabels(
  project: string,
  { classifier: name }: LabelOptions,
  terminal: Terminal,
): Promise<void> {
  needFolder(project, 'The project', '.nanonet');
  const root = resolve(project);
  const classifier = await pickClassifier(root, name);
  const journal = await LabelJournal.open(root, classifier.name);
  const { texts } = await readCorpus(root, classifier, journal);
  const byHash = new Map(texts.map(({ hash, text }) => [hash, text]));
  const textOf = (place: TextPlace): string | undefined =>
    byHash.get(isPassage(place) ? hashOf(place.quote) : place.hash);
  for (const row of labelRows(journal, textOf)) await writeLine(terminal.out, rowLine(row).trimEnd());
}

async function importLabels(
  project: string,
  file: string,
  { classifier: name }: LabelOptions,
  terminal: Terminal,
): Promise<void> {
  needFolder(project, 'The project', '.nanonet');
  needFile(file, 'The file');
  const root = resolve(project);
  const classifier = await pickClassifier(root, name);
  const lines = (await readFile(file, 'utf8')).split('\n');
  // All of it is understood before any of it is taken in.
  const rows = lines.flatMap((line, at) => (line.trim() === '' ? [] : [parseRow(line, at + 1)]));
  const author = await authorIn(root);
  const journal = await LabelJournal.open(root, classifier.name, author === undefined ? {} : { author });
  await importRows(journal, rows);
  terminal.err.write(`${count(rows.length, 'label')} taken in.\n`);
}
