/** What the newest model says of texts that are about to be labelled: asked once a text and model, ahead of need. */
import * as vscode from 'vscode';
import { CancelledError } from '../../protocol/appError';
import type { Prediction } from '../../protocol/engineApi';
import type { CorpusText } from '../../project/corpus';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { device } from '../settings';
import type { Project } from '../workspace/project';

/** Of texts that nobody waits for, so many are asked at once: the next text to label does not wait long. */
const askedAside = 128;
/** More are not kept: the oldest go first. */
const keptPredictions = 50_000;

export class Suggestions extends Disposable {
  private readonly known = new Map<string, Prediction>();
  private modelDir: string | undefined;
  private asking: Promise<void> | undefined;
  private wanted: readonly CorpusText[] = [];
  private wantedAside: readonly CorpusText[] = [];
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  /** There are new answers. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly project: Project,
    private readonly engine: EngineHost,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
  }

  /** The model that answers; undefined without one, and in a workspace that is not trusted. */
  get model(): string | undefined {
    return vscode.workspace.isTrusted ? this.project.model?.version : undefined;
  }

  of({ hash }: Pick<CorpusText, 'hash'>): Prediction | undefined {
    return this.model === undefined ? undefined : this.known.get(hash);
  }

  /** Asks for what is not known yet, the newest wish alone; labelling never waits for it. */
  want(texts: readonly CorpusText[]): void {
    this.wanted = texts;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
  }

  /** Asks for these too, in pieces and after those that are wanted. */
  wantAside(texts: readonly CorpusText[]): void {
    this.wantedAside = texts;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
  }

  private async ask(): Promise<void> {
    while (!this.isDisposed && this.model !== undefined) {
      const { model } = this.project;
      if (model === undefined) return;
      if (model.dir !== this.modelDir) this.known.clear();
      this.modelDir = model.dir;
      const isMissing = ({ hash, text }: CorpusText): boolean => text.trim() !== '' && !this.known.has(hash);
      let missing = this.wanted.filter(isMissing);
      if (missing.length === 0) {
        this.wantedAside = this.wantedAside.filter(isMissing);
        missing = this.wantedAside.slice(0, askedAside);
      }
      if (missing.length === 0) return;
      try {
        const client = await this.engine.client();
        const texts = missing.map(({ text }) => text);
        const answers = await client.classify({ modelDir: model.dir, texts, device: device() });
        for (const [at, { hash }] of missing.entries()) this.remember(hash, answers[at]);
      } catch (error) {
        // A suggestion is a courtesy: without it labelling goes on as it was.
        if (!(error instanceof CancelledError))
          this.log.warn(`suggest ${this.project.name}: ${String(error)}`);
        return;
      }
      this.changed.fire();
    }
  }

  private remember(hash: string, prediction: Prediction | undefined): void {
    if (prediction === undefined) return;
    this.known.set(hash, prediction);
    const [oldest] = this.known.keys();
    if (this.known.size > keptPredictions && oldest !== undefined) this.known.delete(oldest);
  }
}
