/** The extension's start: wiring, nothing else. What costs time waits until somebody asks for it. */
import { loadStart } from './vscode/loadTime';
import './vscode/beforeSchemas';
import * as vscode from 'vscode';
import { Classifications } from './vscode/classification/classifications';
import { PartAnswers } from './vscode/classification/partAnswers';
import { Reasons } from './vscode/classification/reasons';
import { registerCommands } from './vscode/commands';
import { CommitteeAnswers } from './vscode/languageModels/committeeAnswers';
import { EngineHost, installationAt } from './vscode/engineHost';
import { FileBadges } from './vscode/marks/fileBadges';
import { GhostChips } from './vscode/marks/ghostChips';
import { Hovers } from './vscode/marks/hovers';
import { LabelMarks } from './vscode/marks/labelMarks';
import { LightBulb } from './vscode/marks/lightBulb';
import { PartMarks } from './vscode/marks/partMarks';
import { RowLenses } from './vscode/marks/rowLenses';
import { RowMarks } from './vscode/marks/rowMarks';
import { LabelPanel } from './vscode/panel/labelPanel';
import { ModelComparer } from './vscode/models/modelComparer';
import { TrainPanel } from './vscode/panel/trainPanel';
import { Reporter } from './vscode/report';
import { ResultGroups } from './vscode/results/resultGroups';
import { Results } from './vscode/results/results';
import { ResultsView } from './vscode/results/resultsView';
import { ResultWatch } from './vscode/results/resultWatch';
import { Expectation } from './vscode/training/expectation';
import { Resumption } from './vscode/training/resumption';
import { Retrainer } from './vscode/training/retrainer';
import { Trainer } from './vscode/training/trainer';
import { registerAgentTools } from './vscode/tools/agentTools';
import { ClassifiersView } from './vscode/views/classifiersView';
import { ComparisonView } from './vscode/views/comparisonView';
import { StatusBar } from './vscode/views/statusBar';
import { TextsView } from './vscode/views/textsView';
import { WelcomeKeys } from './vscode/views/welcomeKeys';
import { provideDocumentTexts, textDocuments } from './vscode/workspace/documentTexts';
import { Projects } from './vscode/workspace/projects';
import { StoredTexts } from './vscode/workspace/storedTexts';

/** For tests, and for extensions that ask politely. */
export interface NanoNetApi {
  /**
   * Milliseconds that running the bundle's code took, and `activate`: of the latter by the clock or by the processor,
   * whichever is less, for while a window opens the clock also counts waiting for a processor.
   */
  readonly activation: { readonly loadMs: number; readonly activateMs: number };
  /** Of the engine's process; undefined while none runs. */
  enginePid(): number | undefined;
}

const loadMs = performance.now() - loadStart;

export function activate(context: vscode.ExtensionContext): NanoNetApi {
  const start = performance.now();
  const startUsage = process.cpuUsage();
  const own = <T extends vscode.Disposable>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const log = own(vscode.window.createOutputChannel('NanoNet', { log: true }));
  const reporter = new Reporter(log);
  const installation = installationAt(context.extensionPath);
  const engine = own(new EngineHost(installation, log));
  const projects = own(new Projects(context.workspaceState, reporter, log));
  const trainer = own(new Trainer(engine, installation.base, log));
  const classifications = own(new Classifications());
  const partAnswers = own(new PartAnswers(projects));
  const committee = own(new CommitteeAnswers());

  own(new WelcomeKeys(projects, trainer));
  own(new LabelMarks(projects));
  own(new RowMarks(projects));
  own(new RowLenses(projects));
  own(StoredTexts.register(projects));
  own(new GhostChips(classifications));
  const results = own(new Results(engine));
  own(new FileBadges(projects, results));
  own(new PartMarks(partAnswers));
  own(new StatusBar(projects, trainer));
  const classifiers = own(new ClassifiersView(projects, trainer));
  const comparer = own(new ModelComparer(engine));
  own(new ComparisonView(comparer));
  own(new Resumption(projects, trainer, reporter, context.workspaceState));
  own(new Retrainer(projects, trainer, reporter));
  const texts = own(new TextsView(projects, reporter));
  const resultGroups = own(new ResultGroups(projects, results, reporter));
  const resultsView = own(new ResultsView(resultGroups, results));
  const resultWatch = own(new ResultWatch(projects, results, trainer, log));
  const expectation = own(new Expectation(engine, log));
  const panel = own(new TrainPanel(context.extensionUri, projects, trainer, expectation, reporter, log));
  const labelPanel = own(
    new LabelPanel(context.extensionUri, projects, engine, installation.base, committee, log),
  );
  own(provideDocumentTexts());
  own(registerAgentTools(projects, engine, results, installation.base, log));
  const hovers = new Hovers(projects, classifications, partAnswers, new Reasons(engine, log));
  own(vscode.languages.registerHoverProvider(textDocuments, hovers));
  const bulb = new LightBulb(projects, classifications, partAnswers);
  own(
    vscode.languages.registerCodeActionsProvider(textDocuments, bulb, {
      providedCodeActionKinds: LightBulb.kinds,
    }),
  );
  own(
    registerCommands({
      installation,
      storage: context.globalStorageUri,
      projects,
      trainer,
      engine,
      classifications,
      partAnswers,
      committee,
      secrets: context.secrets,
      panel,
      labelPanel,
      texts,
      classifiers,
      comparer,
      results,
      resultGroups,
      resultsView,
      resultWatch,
      reporter,
      log,
    }),
  );
  // After this function has returned: the folders are looked through without keeping the editor waiting.
  setImmediate(() => void reporter.run('Looking for classifiers', () => projects.ready()));
  const { user, system } = process.cpuUsage(startUsage);
  const activateMs = Math.min(performance.now() - start, (user + system) / 1000);
  const activation = { loadMs, activateMs };
  return { activation, enginePid: () => engine.pid };
}
