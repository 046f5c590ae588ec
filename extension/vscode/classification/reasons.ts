/** Why a model gave its label, in words of the text, for somebody who looks at an answer. */
import { messageOf } from '../../protocol/appError';
import { decidedBy } from '../../project/decidingWords';
import type { EngineHost } from '../engineHost';

/** A hover that waits longer for its reason is shown without. */
const patienceMs = 1500;
/** Answers that a person may look at again. */
const kept = 100;
const shownWords = 5;

export class Reasons {
  private readonly known = new Map<string, Promise<readonly string[] | undefined>>();

  constructor(
    private readonly engine: EngineHost,
    private readonly log: { warn(message: string): void },
  ) {}

  /** The words that speak most for the label; undefined where they cannot be told, or not soon. */
  async of(modelDir: string, text: string, label: string): Promise<readonly string[] | undefined> {
    const key = JSON.stringify([modelDir, label, text]);
    const reason = this.known.get(key) ?? this.ask(modelDir, text, label);
    this.known.set(key, reason);
    const [oldest] = this.known.keys();
    if (this.known.size > kept && oldest !== undefined) this.known.delete(oldest);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), patienceMs);
    });
    return Promise.race([reason, tooLong]).finally(() => clearTimeout(timer));
  }

  private async ask(modelDir: string, text: string, label: string): Promise<readonly string[] | undefined> {
    try {
      const client = await this.engine.client();
      const { words } = decidedBy(await client.explain({ modelDir, text, label }), text);
      return words.slice(0, shownWords).map(({ start, end }) => text.slice(start, end));
    } catch (error) {
      // An answer is an answer also without its reason, as that of a model without its 32-bit file.
      this.log.warn(`explain: ${messageOf(error)}`);
      return undefined;
    }
  }
}
