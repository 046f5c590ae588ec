import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { CancelledError } from '../protocol/appError';
import type { TrainParams } from '../protocol/engineApi';
import type { EngineClient, TrainOptions as Watching } from '../protocol/engineClient';
import type { TrainSnapshot } from '../protocol/snapshot';
import { columnOptions, copyRows, dataForms, namedAs, type ColumnOptions } from './dataFile';
import { readDescriptions } from './descriptions';
import { withEngine } from './engine';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { jsonOption, settingOptions, settingsFrom } from './options';
import type { SettingOptions } from './options';
import { Progress } from './progress';
import { projectRun } from './projectRun';
import { resultText } from './resultText';
import type { Terminal } from './terminal';
import { writeLine } from './terminal';
import { testTexts } from './testTexts';
import { needFile, needFolder, usageError } from './usageError';

interface TrainOptions extends SettingOptions, ColumnOptions {
  readonly out?: string;
  readonly test?: string;
  readonly descriptions?: string;
  readonly project?: string;
  readonly classifier?: string;
  readonly json?: boolean;
}

/** `nanonet train`: from a data file to a model's folder, or from a project's labels to its next model. */
export function trainCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('train')
    .summary('learn from labelled and unlabelled texts')
    .description(
      `Learns from DATA (${dataForms}), a text in each row with its label where that is known, and writes a model that ` +
        'NanoNet, transformers.js and optimum load. Stopped or killed, the same command goes on where it was.',
    )
    .argument('[data]', `${dataForms}: a text a row, with its label where that is known`)
    .option('--out <dir>', "the model's folder")
    .option('--test <file>', 'labelled texts to measure the result on; never learned from')
    .option('--descriptions <file>', 'what labels mean, as JSON: {"label": "description"}; helps to learn')
    .option('--project <dir>', "train a project's classifier on its labels, instead of DATA")
    .option('--classifier <name>', 'which one, where the project has several')
    .addOption(jsonOption());
  for (const option of [...columnOptions(), ...settingOptions()]) command.addOption(option);
  return command.action(async (data: string | undefined, options: TrainOptions) => {
    if (options.test !== undefined) needFile(options.test, 'The test file');
    if (options.project !== undefined && options.descriptions !== undefined)
      throw usageError("A project's labels have their descriptions in it: leave --descriptions out.");
    const run =
      options.project === undefined
        ? await fileRun(data, options)
        : await projectRun(options.project, options.classifier, terminal);
    const settings = { base: installation.base, ...run.settings, ...settingsFrom(options) };
    needFolder(settings.base, 'The base model', 'config.json');
    await mkdir(run.runDir, { recursive: true });
    const { dataFile, runDir } = run;
    // A project's data is there already.
    if (options.project === undefined && data !== undefined)
      await copyRows(data, dataFile, options, terminal);
    const { test } = options;
    const testFile = test && (await testTexts(test, dataFile, runDir, options, terminal));
    const params = { ...run, ...(testFile !== undefined && { testFile }), settings };
    const copies = new Map([
      [dataFile, data],
      [testFile, test],
    ]);
    await mkdir(dirname(params.modelDir), { recursive: true });
    const result = await namedAs(copies, () =>
      watched(installation, terminal, (engine, watching) => engine.train(params, watching)),
    );
    // A project's runs are shown in the editor; a data file's run has done its work.
    if (options.project === undefined) await rm(run.runDir, { recursive: true, force: true });
    await writeLine(terminal.out, options.json === true ? JSON.stringify(result) : resultText(result));
  });
}

/** The run of a data file: its state lies beside the model, as `<OUT>.run`. */
export async function fileRun(
  data: string | undefined,
  options: Pick<TrainOptions, 'out' | 'descriptions'>,
): Promise<TrainParams> {
  if (data === undefined) throw usageError('train needs a data file, or --project and a folder.');
  if (options.out === undefined) throw usageError("train needs --out and the model's folder.");
  needFile(data, 'The data file');
  const { descriptions } = options;
  const modelDir = resolve(options.out);
  await refuseToReplace(modelDir);
  return {
    runId: basename(modelDir),
    dataFile: join(`${modelDir}.run`, 'data.jsonl'),
    runDir: `${modelDir}.run`,
    modelDir,
    ...(descriptions !== undefined && { descriptions: await readDescriptions(descriptions) }),
    settings: {},
  };
}

/** A mistyped --out must not cost a folder of something else. */
async function refuseToReplace(modelDir: string): Promise<void> {
  if (!existsSync(modelDir) || existsSync(join(modelDir, 'nanonet.json'))) return;
  const files = await readdir(modelDir).catch(() => ['']); // a file: not empty either
  if (files.length > 0)
    throw usageError(`${modelDir} exists and is not a model of NanoNet: name another --out.`);
}

/** Long work with its progress shown, which Ctrl-C stops between two steps. */
export async function watched<T>(
  installation: Installation,
  terminal: Terminal,
  work: (engine: EngineClient, watching: Watching) => Promise<T>,
): Promise<T> {
  const progress = new Progress(terminal.err);
  const onProgress = (snapshot: TrainSnapshot): void => progress.show(snapshot);
  const onInterrupt = (): void => {
    progress.end();
    terminal.err.write('Stopping after this step; press Ctrl-C again to end at once.\n');
  };
  try {
    return await interruptible(
      (signal) => withEngine(installation, terminal, (engine) => work(engine, { signal, onProgress })),
      onInterrupt,
    );
  } catch (error) {
    progress.end();
    if (error instanceof CancelledError) terminal.err.write('Stopped; the same command goes on from here.\n');
    throw error;
  } finally {
    progress.end();
  }
}
