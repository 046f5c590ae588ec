import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod/mini';
import { readJson } from '../project/jsonText';
import type { CommitteeParams, CommitteeResult, KeywordRules } from '../protocol/committeeApi';
import { givenClass, type TrainParams } from '../protocol/engineApi';
import { jsonRows, type JsonRow } from '../protocol/jsonLines';
import { chatMembers, chatOptions, type AskedTexts, type ChatOptions } from './chatAgents';
import { columnOptions, copyRows, dataForms, namedAs, type ColumnOptions } from './dataFile';
import { count, percent, table } from './figures';
import type { Installation } from './installation';
import { jsonOption, settingOptions, settingsFrom, share, type SettingOptions } from './options';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { testTexts } from './testTexts';
import { fileRun, watched } from './trainCommand';
import { needFile, needFolder } from './usageError';

interface CommitteeOptions extends SettingOptions, ColumnOptions, ChatOptions {
  readonly out?: string;
  readonly test?: string;
  readonly descriptions?: string;
  readonly rules?: string;
  readonly price?: number;
  readonly json?: boolean;
}

/** `nanonet committee`: many agents label the texts, one small model learns from their work. */
export function committeeCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('committee')
    .summary('let many agents label the texts, and one small model learn from them')
    .description(
      `Agents that need no language model label the texts of DATA (${dataForms}) that have no label: a network, nearest texts, names and ` +
        'words of labels, rules of yours. They propose, object to each other and settle; what each said of a text stands in ' +
        '<OUT>.run/trace.jsonl. One small model learns from that, first by example, then by reward. Stopped or killed, the same command ' +
        'goes on where it was. With --endpoint language models take part too, once you agree to what is sent.',
    )
    .argument('<data>', `${dataForms}: a text a row, with its label where that is known`)
    .option('--out <dir>', "the model's folder")
    .option('--test <file>', 'labelled texts to measure agents, committee and model on; never learned from')
    .option('--descriptions <file>', 'what labels mean, as JSON: {"label": "description"}')
    .option('--rules <file>', 'words and /regular expressions/ of labels, as JSON: {"label": ["refund"]}')
    .option('--price <share>', 'what abstaining is worth beside a right answer; 0.5 by default', share)
    .addOption(jsonOption());
  for (const option of [...columnOptions(), ...settingOptions(), ...chatOptions()]) command.addOption(option);
  return command.action(async (data: string, options: CommitteeOptions) => {
    const { test, rules, price } = options;
    if (test !== undefined) needFile(test, 'The test file');
    const run = await fileRun(data, options);
    const { base } = { base: installation.base, ...settingsFrom(options) };
    needFolder(base, 'The base model', 'config.json');
    const params: CommitteeParams = {
      ...run,
      ...(rules !== undefined && { rules: await readRules(rules) }),
      agents: [],
      settings: { base, ...settingsFrom(options), ...(price !== undefined && { abstainPrice: price }) },
    };
    await mkdir(run.runDir, { recursive: true });
    await mkdir(dirname(run.modelDir), { recursive: true });
    await copyRows(data, run.dataFile, options, terminal);
    const testFile = test && (await testTexts(test, run.dataFile, run.runDir, options, terminal));
    const chat = await chatMembers(options, () => askedTexts(run), { terminal });
    const members = chat?.members ?? [];
    const copies = new Map([
      [run.dataFile, data],
      [testFile, test],
    ]);
    const result = await namedAs(copies, () =>
      watched(installation, terminal, (engine, watching) =>
        engine.committee(
          {
            ...params,
            agents: members.map(({ outside }) => outside),
            ...(testFile !== undefined && { testFile }),
          },
          { ...watching, agents: members.map(({ agent }) => agent) },
        ),
      ),
    );
    await writeLine(terminal.out, options.json === true ? JSON.stringify(result) : committeeText(result));
  });
}

/** What language models may be asked about: all texts, those with a label to learn how far a model can be trusted. */
async function askedTexts({ dataFile, descriptions = {} }: TrainParams): Promise<AskedTexts> {
  const rows: JsonRow[] = [];
  for await (const row of jsonRows(createReadStream(dataFile), dataFile)) rows.push(row);
  const labelled = rows.flatMap((row) => {
    const label = givenClass(row);
    return label === undefined ? [] : [{ text: row.text, label }];
  });
  const labels = [...new Set(labelled.map(({ label }) => label))].sort();
  return { texts: rows.map(({ text }) => text), labels, descriptions, labelled };
}

/** @throws AppError('cli/usage') when there is no such file, AppError('cli/unreadable') with what in it is wrong */
function readRules(file: string): Promise<KeywordRules> {
  needFile(file, 'The file of rules');
  const rules = z.record(z.string(), z.array(z.string("a label's rules are a list of texts")));
  return readJson(file, rules, 'cli/unreadable');
}

/** The table, for a person. */
export function committeeText({ rows, trust, measuredOn, ...result }: CommitteeResult): string {
  const figures = rows.map(({ id, accuracy, coverage, precision, riskCoverage }) => [
    stepNames[id] ?? id,
    trust[id] === undefined ? '' : percent(trust[id]),
    percent(accuracy),
    percent(coverage),
    percent(precision),
    percent(riskCoverage),
  ]);
  return [
    table([['', 'trust', 'accuracy', 'answered', 'of these right', 'risk-coverage'], ...figures]),
    `Measured on ${measuredOn}. Risk-coverage: the area under that curve, the lower the better.`,
    '',
    `The committee labelled ${count(result.labelled, 'text')} and abstained from ${result.abstained}: ${result.traceFile}`,
    ...(result.model ? [`The model: ${result.model.modelDir}`] : []),
  ].join('\n');
}

const stepNames: Readonly<Record<string, string>> = {
  nameWords: 'name words',
  vote: 'vote of all',
  committee: 'with judges and reflector',
  supervised: 'one model, by example',
  model: 'one model, then by reward',
};
