/** All commands in one table: a missing one does not compile. */
import * as vscode from 'vscode';
import type { Classifications } from './classification/classifications';
import type { PartAnswers } from './classification/partAnswers';
import type { CommandId } from './commandIds';
import { innerCommands, paletteCommands } from './commandIds';
import { addSource } from './commands/addSource';
import { ClassifyCommands } from './commands/classify';
import { ClassifyParts } from './commands/classifyParts';
import type { AnswerArguments, LabelArguments } from './commands/label';
import { LabelCommands } from './commands/label';
import type { NewClassifierArguments } from './commands/newClassifier';
import { newClassifier } from './commands/newClassifier';
import { openSample } from './commands/openSample';
import { labelNext, openText } from './commands/openText';
import { cancelTraining, pauseTraining, resumeTraining, train } from './commands/train';
import { CommitteeCommands } from './languageModels/committeeCommands';
import type { CommitteeAnswers } from './languageModels/committeeAnswers';
import { EndpointKeys } from './languageModels/endpointKeys';
import type { EngineHost, Installation } from './engineHost';
import type { LabelPanel } from './panel/labelPanel';
import type { TrainPanel } from './panel/trainPanel';
import type { Reporter } from './report';
import { ModelCommands, type ModelArgument } from './models/modelCommands';
import type { ModelComparer } from './models/modelComparer';
import { ModelSharing } from './models/modelSharing';
import { exportResults } from './results/exportCommand';
import { SortFiles, type SortArguments } from './results/sortFiles';
import { ClassifyAllCommands } from './results/classifyCommands';
import { ResultCommands } from './results/resultCommands';
import type { ResultGroups } from './results/resultGroups';
import type { ResultNode } from './results/resultItems';
import type { Results } from './results/results';
import type { ResultsView } from './results/resultsView';
import type { ResultWatch } from './results/resultWatch';
import type { Trainer } from './training/trainer';
import type { ClassifiersView } from './views/classifiersView';
import type { LabelGroup, TextsView } from './views/textsView';
import { filterOf } from './views/textsView';
import type { Project } from './workspace/project';
import type { Projects } from './workspace/projects';
import type { IndexedText } from './workspace/textIndex';

export interface CommandParts {
  readonly installation: Installation;
  readonly storage: vscode.Uri;
  readonly projects: Projects;
  readonly trainer: Trainer;
  readonly engine: EngineHost;
  readonly classifications: Classifications;
  readonly partAnswers: PartAnswers;
  readonly committee: CommitteeAnswers;
  readonly secrets: vscode.SecretStorage;
  readonly panel: TrainPanel;
  readonly labelPanel: LabelPanel;
  readonly texts: TextsView;
  readonly classifiers: ClassifiersView;
  readonly comparer: ModelComparer;
  readonly results: Results;
  readonly resultGroups: ResultGroups;
  readonly resultsView: ResultsView;
  readonly resultWatch: ResultWatch;
  readonly reporter: Reporter;
  readonly log: vscode.LogOutputChannel;
}

// Each command knows which arguments its callers give; the editor passes them on unchecked.
type Command = (...args: never[]) => unknown;

/** Registers every command; each shows its own errors. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const table = commandsOf(parts);
  const registered = [...paletteCommands, ...innerCommands].map((id) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) =>
      parts.reporter.run(id, () => table[id](...(args as never[]))),
    ),
  );
  return vscode.Disposable.from(...registered);
}

function commandsOf(parts: CommandParts): Record<CommandId, Command> {
  const { projects, trainer, engine, classifications, panel, labelPanel, texts, installation, storage, log } =
    parts;
  const { classifiers, comparer, results, resultsView, resultWatch } = parts;
  const { partAnswers } = parts;
  const labels = new LabelCommands(projects, classifications, partAnswers);
  const classifyParts = new ClassifyParts(projects, engine, partAnswers);
  const models = new ModelCommands(projects, comparer, () => classifiers.selectedModel);
  const sharing = new ModelSharing(projects, engine, models);
  const committee = new CommitteeCommands(projects, parts.committee, new EndpointKeys(parts.secrets));
  const classify = new ClassifyCommands(projects, engine, classifications);
  const classifyAll = new ClassifyAllCommands(projects, results, log);
  const sortFiles = new SortFiles(projects, parts.resultGroups, log);
  const judge = new ResultCommands(resultsView, parts.resultGroups);
  return {
    'nanonet.newClassifier': async (given?: NewClassifierArguments) =>
      void (await newClassifier(projects, given)),
    'nanonet.openSample': () => openSample(installation.sample, storage),
    'nanonet.addSource': (what?: unknown) =>
      addSource(projects, typeof what === 'string' || what instanceof vscode.Uri ? what : undefined),
    'nanonet.label': (from?: vscode.Uri | LabelArguments, selected?: readonly vscode.Uri[]) =>
      labels.label(from, selected),
    'nanonet.labelSelection': (args?: LabelArguments) => labels.labelSelection(args),
    'nanonet.clearLabel': (from?: vscode.Uri | LabelArguments) => labels.clear(from),
    'nanonet.undoLabel': () => labels.undo(),
    'nanonet.redoLabel': () => labels.redo(),
    'nanonet.labelNext': () => labelNext(projects),
    'nanonet.labelPrevious': () => labelNext(projects, 'previous'),
    'nanonet.openLabelPanel': () => labelPanel.open(),
    'nanonet.showMap': () => labelPanel.openMap(),
    'nanonet.train': (student?: unknown) =>
      train(projects, trainer, panel, typeof student === 'string' ? student : undefined),
    'nanonet.pauseTraining': () => pauseTraining(projects, trainer),
    'nanonet.resumeTraining': () => resumeTraining(projects, trainer),
    'nanonet.cancelTraining': () => cancelTraining(projects, trainer),
    'nanonet.openTrainPanel': () => panel.open(),
    'nanonet.useModel': (model?: ModelArgument) => models.use(model),
    'nanonet.compareModels': (model?: ModelArgument, selected?: readonly ModelArgument[]) =>
      models.compare(model, selected),
    'nanonet.renameModel': (model?: ModelArgument) => models.rename(model),
    'nanonet.openModelCard': (model?: ModelArgument) => models.openCard(model),
    'nanonet.exportModel': (model?: ModelArgument) => sharing.export(model),
    'nanonet.importModel': (given?: { readonly project: Project }) => sharing.import(given?.project),
    'nanonet.deleteModel': (model?: ModelArgument) => models.delete(model),
    'nanonet.openComparisonTable': () => comparer.openTable(),
    'nanonet.closeComparison': () => comparer.close(),
    'nanonet.classifySelection': () => classify.classifySelection(),
    'nanonet.classifyFile': (uri?: vscode.Uri) => classify.classifyFile(uri),
    'nanonet.classifyWorkspace': () => classifyAll.workspace(),
    'nanonet.classifyFolder': (uri?: vscode.Uri) => classifyAll.folder(uri),
    'nanonet.stopClassifying': () => classifyAll.stop(),
    'nanonet.filterResults': () => judge.filterByScore(),
    'nanonet.searchResults': () => judge.search(),
    'nanonet.showChangedResults': () => judge.showChanged(true),
    'nanonet.showAllResults': () => judge.showAll(),
    'nanonet.watchResults': () => resultWatch.toggle(true),
    'nanonet.unwatchResults': () => resultWatch.toggle(false),
    'nanonet.openResult': (node: ResultNode) => judge.open(node),
    'nanonet.acceptResult': (node?: ResultNode, selected?: readonly ResultNode[]) =>
      judge.accept(node, selected),
    'nanonet.correctResult': (node?: ResultNode, selected?: readonly ResultNode[]) =>
      judge.correct(node, selected),
    'nanonet.showMoreResults': (answer: string) => resultsView.showMore(answer),
    'nanonet.classifyLines': () => classifyParts.classify('line'),
    'nanonet.classifyParagraphs': () => classifyParts.classify('paragraph'),
    'nanonet.classifyRows': () => classifyParts.classify('row'),
    'nanonet.hideAnswers': () => classifyParts.hide(),
    'nanonet.exportResults': (given?: unknown) =>
      exportResults(projects, parts.resultGroups, given instanceof vscode.Uri ? given : undefined),
    'nanonet.sortFiles': (given?: SortArguments) => sortFiles.sort(given),
    'nanonet.askCommittee': () => committee.ask(),
    'nanonet.acceptCommittee': () => committee.accept(),
    'nanonet.setEndpointKey': () => committee.setKey(),
    'nanonet.showLog': () => log.show(),
    'nanonet.restartEngine': () => engine.restart(),
    'nanonet.useClassifier': ({ project }: { project: Project }) => projects.select(project),
    'nanonet.openText': ({ project, text }: { project: Project; text: IndexedText }) =>
      openText(project, text),
    'nanonet.labelThese': (group: LabelGroup) => labelPanel.openOn(filterOf(group)),
    'nanonet.showMoreTexts': (group: string) => texts.showMore(group),
    'nanonet.refreshTexts': () => texts.refresh(),
    'nanonet.openClassifierFile': ({ project }: { project: Project }) =>
      vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(project.dir), 'classifier.json')),
    'nanonet.acceptClassification': (args?: AnswerArguments) => labels.accept(args),
    'nanonet.correctClassification': (args?: AnswerArguments) => labels.correct(args),
    'nanonet.dismissClassification': () => classify.dismiss(),
  };
}
