/** One classifier of the workspace, open: its definition, journal, texts and models. */
import * as vscode from 'vscode';
import type { Classifier, LabelDefinition, SourceDefinition } from '../../project/classifier';
import {
  checkClassifier,
  readClassifier,
  withKeysAndColours,
  writeClassifier,
} from '../../project/classifierFile';
import { classifierDir } from '../../project/classifierFolder';
import { authorIn } from '../../project/author';
import { givenLabels } from '../../project/givenLabels';
import type { Edit } from '../../project/labelEntry';
import { LabelJournal } from '../../project/labelJournal';
import { addLabels, followed, swapped, type SetChange } from '../../project/labelSet';
import type { ModelVersion } from '../../project/modelStore';
import {
  chooseModel,
  chosenVersion,
  forgetModel,
  nameModel,
  readChoices,
  type ModelChoices,
} from '../../project/modelChoice';
import { listModels } from '../../project/modelStore';
import { Disposable } from '../disposable';
import { TextIndex } from './textIndex';

export class Project extends Disposable {
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  /** Labels, label set, texts or models are not what they were. */
  readonly onDidChange = this.changed.event;
  readonly texts: TextIndex;
  private known: readonly ModelVersion[] = [];
  private choices: ModelChoices = {};

  private constructor(
    readonly folder: vscode.WorkspaceFolder,
    private definition: Classifier,
    readonly journal: LabelJournal,
  ) {
    super();
    this.texts = this.own(new TextIndex(folder, () => this.definition, journal));
    this.own(journal.onDidChange(() => this.changed.fire()));
    this.own(this.texts.onDidChange(() => this.changed.fire()));
  }

  /** @throws AppError('journal/not-read') */
  static async open(folder: vscode.WorkspaceFolder, classifier: Classifier): Promise<Project> {
    const root = folder.uri.fsPath;
    const author = await authorIn(root);
    const journal = await LabelJournal.open(root, classifier.name, author === undefined ? {} : { author });
    const project = new Project(folder, classifier, journal);
    await project.followJournal();
    await project.reloadModels();
    return project;
  }

  /** Unique in the window. */
  get key(): string {
    return `${this.folder.uri.toString()}#${this.classifier.name}`;
  }

  get root(): string {
    return this.folder.uri.fsPath;
  }

  get name(): string {
    return this.classifier.name;
  }

  get classifier(): Classifier {
    return this.definition;
  }

  /** `.nanonet/<name>`. */
  get dir(): string {
    return classifierDir(this.root, this.name);
  }

  /** Newest first. */
  get models(): readonly ModelVersion[] {
    return this.known;
  }

  /** The model that is used: the one that was chosen, else the newest that can be used. */
  get model(): ModelVersion | undefined {
    const usable = this.known.filter(({ problem }) => problem === undefined);
    const chosen = chosenVersion(
      this.choices,
      this.known.map(({ version }) => version),
    );
    return usable.find(({ version }) => version === chosen) ?? usable[0];
  }

  /** 'v3', or what a person calls it. */
  nameOf(model: ModelVersion): string {
    return this.choices.names?.[model.version] ?? model.version;
  }

  /** Rolls back, or forward again. @throws AppError('models/not-saved') */
  async chooseModel({ version }: ModelVersion): Promise<void> {
    await chooseModel(this.root, this.name, version);
    await this.reload();
  }

  /** @throws AppError('models/bad-name'), AppError('models/not-saved') */
  async nameModel({ version }: ModelVersion, name: string): Promise<void> {
    await nameModel(this.root, this.name, version, name);
    await this.reload();
  }

  /** To be called when a model's folder is gone. @throws AppError('models/not-saved') */
  async forgetModel({ version }: ModelVersion): Promise<void> {
    await forgetModel(this.root, this.name, version);
    await this.reload();
  }

  /** Number of labelled texts, documents and passages, by the journal. */
  get labelCount(): number {
    return [...this.labelCounts().values()].reduce((sum, count) => sum + count, 0);
  }

  /** By label name; labels of the set without a text have 0. */
  labelCounts(): Map<string, number> {
    const counts = new Map(this.classifier.labels.map(({ name }) => [name, 0]));
    for (const [label, { documents, passages }] of this.journal.state.counts()) {
      counts.set(label, documents + passages);
    }
    return counts;
  }

  /** The label's definition; one that only the journal knows still has its name. */
  labelNamed(name: string): LabelDefinition {
    return this.classifier.labels.find((label) => label.name === name) ?? { name };
  }

  /** @throws AppError('classifier/not-valid'), AppError('classifier/not-saved') */
  async addLabels(names: readonly string[]): Promise<void> {
    const { labels } = this.classifier;
    const more = withKeysAndColours([...labels, ...names]).slice(labels.length);
    if (more.length > 0) await this.changeLabels(addLabels(labels, more));
  }

  /**
   * Into the journal first, so that it can be undone; then into classifier.json.
   *
   * @throws AppError('classifier/not-valid') and then nothing has changed; AppError('journal/not-saved'),
   * AppError('classifier/not-saved')
   */
  async changeLabels(change: SetChange): Promise<void> {
    const changed = { ...this.classifier, labels: change.now };
    checkClassifier(this.root, changed);
    await this.journal.changeSet(change);
    await this.save(changed);
  }

  /** One step of the journal; a change of the label set is undone in classifier.json too. */
  async undo(): Promise<Edit | undefined> {
    const undone = await this.journal.undo();
    if (undone?.op === 'set') await this.swapLabels(undone.now, undone.was);
    return undone;
  }

  /** Brings back what was undone last. */
  async redo(): Promise<Edit | undefined> {
    const redone = await this.journal.redo();
    if (redone?.op === 'set') await this.swapLabels(redone.was, redone.now);
    return redone;
  }

  /**
   * @param instead of this one, in its place: what is left out of its files stays left out
   * @throws AppError('classifier/not-valid'), AppError('classifier/not-saved')
   */
  async addSource(source: SourceDefinition, instead?: SourceDefinition): Promise<void> {
    const { sources } = this.classifier;
    const exclude = instead && instead.kind !== 'commits' ? instead.exclude : undefined;
    const now = { ...(exclude && { exclude }), ...source };
    const changed = instead ? sources.map((one) => (one === instead ? now : one)) : [...sources, source];
    await this.save({ ...this.classifier, sources: changed });
  }

  /**
   * Takes in labels that a source's rows have, for texts that are not decided.
   *
   * @returns how many
   * @throws AppError('sources/...'), AppError('classifier/not-valid'), AppError('journal/not-saved'), CancelledError
   */
  async takeGivenLabels(source: SourceDefinition, signal?: AbortSignal): Promise<number> {
    const { sayings, labels } = await givenLabels(this.root, source, this.journal.state, signal);
    const known = new Set(this.classifier.labels.map(({ name }) => name));
    await this.addLabels(labels.filter((label) => !known.has(label)));
    await this.journal.say(sayings);
    return sayings.length;
  }

  /** Takes in what changed on the disk. @throws AppError('classifier/not-read'), AppError('journal/not-read') */
  async reload(): Promise<void> {
    this.take(await readClassifier(this.root, this.name));
    await this.journal.reload();
    await this.followJournal();
    await this.reloadModels();
    this.changed.fire();
  }

  private async swapLabels(from: readonly LabelDefinition[], to: readonly LabelDefinition[]): Promise<void> {
    await this.save({ ...this.classifier, labels: swapped(this.classifier.labels, from, to) });
  }

  /** What a process that was killed in the middle of a change has left undone. */
  private async followJournal(): Promise<void> {
    const labels = followed(this.classifier.labels, this.journal.lastSetChange);
    if (labels !== this.classifier.labels) await this.save({ ...this.classifier, labels });
  }

  private async save(classifier: Classifier): Promise<void> {
    await writeClassifier(this.root, classifier);
    this.take(classifier);
    this.changed.fire();
  }

  private take(classifier: Classifier): void {
    const moved = JSON.stringify(classifier.sources) !== JSON.stringify(this.definition.sources);
    this.definition = classifier;
    if (moved) this.texts.refresh();
  }

  private async reloadModels(): Promise<void> {
    this.choices = await readChoices(this.root, this.name);
    this.known = await listModels(this.root, this.name);
  }
}
