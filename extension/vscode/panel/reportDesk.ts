/** The report of one model on the train panel, and what can be done with the texts that it names. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { mostReportTexts, type LearnedText, type PanelReport } from '../../protocol/panelApi';
import type { TrainingReport } from '../../protocol/report';
import type { ModelVersion } from '../../project/modelStore';
import { readReport } from '../../project/reportFile';
import {
  decidedSince,
  rowsIn,
  runTexts,
  textsToday,
  type RunText,
  type TextToday,
} from '../../project/reportTexts';
import { runDataFile } from '../../project/runs';
import { openText } from '../commands/openText';
import { Disposable } from '../disposable';
import type { Project } from '../workspace/project';

export class ReportDesk extends Disposable {
  private reading: Promise<TrainingReport | undefined> | undefined;
  private learning: Promise<Map<number, RunText>> | undefined;
  /** Of the texts in doubt, once they are known. */
  private doubts: readonly (readonly [row: number, hash: string])[] = [];
  /** Kept until a file changes: texts are often decided about in a row. */
  private today: Promise<Map<number, TextToday>> | undefined;
  private readonly cancellation = new AbortController();
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  /** More is known of what is decided. */
  readonly onDidChange = this.changed.event;

  constructor(
    readonly project: Project,
    private readonly model: ModelVersion,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.own(project.texts.onDidChange(() => (this.today = undefined)));
    this.own({ dispose: () => this.cancellation.abort() });
  }

  /** Of this model, and no other. */
  isOf(project: Project, { dir }: ModelVersion): boolean {
    return this.project === project && this.model.dir === dir;
  }

  async report(): Promise<PanelReport> {
    const { dir } = this.model;
    const report = await this.read();
    void this.learned();
    if (report) return { model: dir, report };
    const name = this.project.nameOf(this.model);
    const missing = vscode.l10n.t(
      '{0} has no report that can be read: train again, and the new model has one.',
      name,
    );
    return { model: dir, missing };
  }

  /** Rows of the texts in doubt that somebody has decided about since the training. */
  decided(): number[] {
    if (this.doubts.length === 0) return [];
    const decided = decidedSince(this.project.journal.said, this.model.createdAt);
    return this.doubts.filter(([, hash]) => decided.has(hash)).map(([row]) => row);
  }

  async texts(rows: readonly number[]): Promise<LearnedText[]> {
    const learned = await this.learned();
    return rows.slice(0, mostReportTexts).map((row) => {
      const text = learned.get(row);
      return { row, ...(text && { place: text.id, excerpt: text.excerpt }) };
    });
  }

  /** @throws AppError('report/gone') */
  async open(row: number): Promise<void> {
    const { text } = await this.found(row);
    await openText(this.project, text);
  }

  /**
   * Into the journal, as one step.
   *
   * @throws AppError('report/gone'), AppError('report/unknown-label'), AppError of the journal
   */
  async decide(row: number, label: string): Promise<number[]> {
    const { project } = this;
    if (!project.classifier.labels.some(({ name }) => name === label)) {
      throw new AppError(
        'report/unknown-label',
        vscode.l10n.t(
          '“{0}” is no label of “{1}” any more; open the text and give it another.',
          label,
          project.name,
        ),
      );
    }
    const { target } = await this.found(row);
    await project.journal.say([{ target, said: { op: 'label', label } }]);
    return this.decided();
  }

  private read(): Promise<TrainingReport | undefined> {
    this.reading ??= readReport(this.model.dir).catch((error: unknown) => {
      if (!AppError.is(error)) throw error;
      this.log.warn(error.message);
      return undefined;
    });
    return this.reading;
  }

  /** Empty where the run's data is gone: then the report has its figures alone. */
  private learned(): Promise<Map<number, RunText>> {
    this.learning ??= this.learn();
    return this.learning;
  }

  private async learn(): Promise<Map<number, RunText>> {
    const report = await this.read();
    if (!report) return new Map();
    const { root, name } = this.project;
    const dataFile = runDataFile(root, name, this.model.version);
    try {
      const learned = await runTexts(dataFile, rowsIn(report), this.cancellation.signal);
      this.doubts = report.mislabelled.flatMap(({ row }) => {
        const text = learned.get(row);
        return text ? [[row, text.hash] as const] : [];
      });
      this.changed.fire();
      return learned;
    } catch (error) {
      if (!this.isDisposed)
        this.log.warn(`${dataFile}: the texts of the report are not there (${String(error)}).`);
      return new Map();
    }
  }

  private async found(row: number): Promise<TextToday> {
    this.today ??= this.look();
    const found = (await this.today).get(row);
    if (found) return found;
    throw new AppError(
      'report/gone',
      vscode.l10n.t(
        'This text is gone, or is not what it was at the training; look for it in the tree of texts.',
      ),
    );
  }

  private async look(): Promise<Map<number, TextToday>> {
    try {
      const learned = await this.learned();
      return textsToday((await this.project.texts.readCorpus()).texts, learned);
    } catch (error) {
      this.today = undefined; // the next one who asks may be luckier
      throw error;
    }
  }
}
