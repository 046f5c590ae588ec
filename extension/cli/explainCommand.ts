import { text as readAll } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Explanation } from '../protocol/engineApi';
import { withEngine } from './engine';
import { percent } from './figures';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { jsonOption } from './options';
import { excerpt, leftColumns } from './rows';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { readTextFile } from './textFile';
import { needFile, needFolder } from './usageError';

interface ExplainOptions {
  readonly label?: string;
  readonly json?: boolean;
}

/** Words that a person is shown: those that weigh most, for the label or against it. */
const shownWords = 20;

/** `nanonet explain`: which words of a text made a model give its label. */
export function explainCommand(installation: Installation, terminal: Terminal): Command {
  return new Command('explain')
    .summary('say which words decided')
    .description(
      "Prints the label of one text and the words that made the model give it, by integrated gradients: what each adds to\nthe logarithm of the label's score.",
    )
    .argument('<model>', "the model's folder")
    .argument('[file]', 'a text file, or - for standard input', '-')
    .option('--label <label>', 'explain this label, whatever the model says')
    .addOption(jsonOption())
    .action(async (model: string, file: string, { label, json }: ExplainOptions) => {
      needFolder(model, 'The model', 'config.json');
      if (file !== '-') needFile(file, 'The text file');
      const text = file === '-' ? await readAll(process.stdin) : await readTextFile(file);
      const params = { modelDir: resolve(model), text, ...(label !== undefined && { label }) };
      const explanation = await interruptible((signal) =>
        withEngine(installation, terminal, (engine) => engine.explain(params, { signal })),
      );
      await writeLine(
        terminal.out,
        json === true ? JSON.stringify(explanation) : explanationText(explanation, text),
      );
    });
}

/** For a person: the label, the words that weigh most, and of a long text the passage that decided. */
export function explanationText(
  { label, score, words, windows, decisive }: Explanation,
  text: string,
): string {
  const most = [...words].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, shownWords);
  const window = windows[decisive];
  return [
    `${excerpt(label)} ${percent(score)}`,
    leftColumns(most.map(({ start, end, weight }) => [signed(weight), excerpt(text.slice(start, end))])),
    ...(window && windows.length > 1
      ? [
          `Read in ${windows.length} pieces; characters ${window.start + 1} to ${window.end} decided (${percent(window.score)}): ` +
            excerpt(text.slice(window.start, window.end)),
        ]
      : []),
  ].join('\n');
}

function signed(weight: number): string {
  return `${weight < 0 ? '-' : '+'}${Math.abs(weight).toFixed(2)}`;
}
