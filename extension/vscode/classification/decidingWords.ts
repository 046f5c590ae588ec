/** Which words of a text decided for the model's label: found out once somebody has looked at the text for a moment. */
import * as vscode from 'vscode';
import { CancelledError } from '../../protocol/appError';
import type { CorpusText } from '../../project/corpus';
import { decidedBy, type Decided } from '../../project/decidingWords';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';

/** Who labels at a glance needs no reason, and the engine is left to the next suggestions. */
const lookedAtMs = 500;
/** Texts that a person may go back to. */
const keptTexts = 50;

interface Question {
  readonly key: string;
  readonly modelDir: string;
  readonly text: string;
  readonly label: string;
}

export class DecidingWords extends Disposable {
  private readonly known = new Map<string, Decided>();
  private wanted: Question | undefined;
  private asked: AbortController | undefined;
  /** A model that cannot be explained, as one without its 32-bit file, is not asked again. */
  private failed: string | undefined;
  private readonly looked = this.own(new Debounced(() => void this.ask(), lookedAtMs));
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  /** There is a new answer. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly project: Project,
    private readonly engine: EngineHost,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.own({ dispose: () => this.asked?.abort() });
  }

  /**
   * What is known of the text that is shown; else it is found out, while the text stays.
   *
   * @param label what the model says of it
   */
  of({ hash, text }: Pick<CorpusText, 'hash' | 'text'>, label: string): Decided | undefined {
    const modelDir = this.project.model?.dir;
    if (modelDir === undefined || modelDir === this.failed) return undefined;
    const key = `${modelDir} ${hash} ${label}`;
    if (key !== this.wanted?.key) {
      this.asked?.abort();
      this.wanted = { key, modelDir, text, label };
      if (!this.known.has(key)) this.looked.ask();
    }
    return this.known.get(key);
  }

  private async ask(): Promise<void> {
    const { wanted } = this;
    if (!wanted || this.known.has(wanted.key)) return;
    const { key, modelDir, text, label } = wanted;
    this.asked = new AbortController();
    try {
      const client = await this.engine.client();
      const explanation = await client.explain({ modelDir, text, label }, { signal: this.asked.signal });
      this.remember(key, decidedBy(explanation, text));
      this.changed.fire();
    } catch (error) {
      if (error instanceof CancelledError) return;
      this.failed = modelDir;
      this.log.warn(`explain ${this.project.name}: ${String(error)}`);
    }
  }

  private remember(key: string, decided: Decided): void {
    this.known.set(key, decided);
    const [oldest] = this.known.keys();
    if (this.known.size > keptTexts && oldest !== undefined) this.known.delete(oldest);
  }
}
