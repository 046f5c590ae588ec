import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { AppError, messageOf } from '../protocol/appError';
import { labelsOf } from './answering';
import { columnOptions, type ColumnOptions } from './dataFile';
import { withEngine } from './engine';
import type { Installation } from './installation';
import { baseOption, readingFrom, readingOptions, type ReadingOptions } from './options';
import type { Terminal } from './terminal';
import { ServedTexts } from './servedTexts';
import { textsOf } from './texts';
import { needFolder, usageError } from './usageError';

type McpOptions = ReadingOptions & ColumnOptions & { readonly base?: string };

/** `nanonet mcp`: a model as tools for agents. Standard output is the protocol's. */
export function mcpCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('mcp')
    .summary('serve a model to agents')
    .description(
      'Serves the Model Context Protocol on standard input and output: list_labels, classify_text, and, of the files and folders that ' +
        'are given, find_texts_by_label and suggest_texts_to_label. Texts stay on this computer, but for what the agent that asks does with the answers.',
    )
    .argument('<model>', "the model's folder")
    .argument('[files...]', 'files and folders whose texts may be found')
    .addOption(baseOption())
    .action(async (model: string, files: string[], options: McpOptions) => {
      needFolder(model, 'The model', 'config.json');
      if (files.includes('-')) throw usageError('Standard input is the protocol’s: give files or folders.');
      const reading = { modelDir: resolve(model), ...readingFrom(options) };
      const onUnreadable = (error: unknown): void => {
        if (!AppError.is(error)) throw error;
        terminal.err.write(`${messageOf(error)}\n`);
      };
      const texts = () => textsOf(files, Readable.from([]), options, onUnreadable);
      const { base = installation.base } = options;
      needFolder(base, 'The base model', 'config.json');
      const labels = await labelsOf(model);
      const { serveMcp } = await import('./mcpServer');
      await withEngine(installation, terminal, async (engine) => {
        const served = files.length > 0 ? new ServedTexts(texts, engine, reading, resolve(base)) : undefined;
        await serveMcp({ engine, reading, labels, texts: served }).finally(() => served?.close());
      });
    });
  for (const option of [...columnOptions(), ...readingOptions()]) command.addOption(option);
  return command;
}
