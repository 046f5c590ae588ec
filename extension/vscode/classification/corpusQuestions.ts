/** What the engine knows of the texts on the desk beside their labels: which to label next, and which are alike. */
import * as vscode from 'vscode';
import { CancelledError } from '../../protocol/appError';
import type { CorpusMap, Placed, SuggestReason } from '../../protocol/engineApi';
import type { CorpusText } from '../../project/corpus';
import { deskPaths, writeRows } from '../../project/runs';
import type { RankedText, TextOrder } from '../../project/textOrder';
import type { EngineHost } from '../engineHost';
import { trainDefaults } from '../settings';
import { mayCompute } from '../training/trust';
import type { Project } from '../workspace/project';

/** Texts that are asked for at once: the order is asked for anew long before they are all labelled. */
const asked = 60;
const shownAlike = 50;
/** So often somebody who waits for a map hears how far it is. */
const progressMs = 400;

/** A text, and how alike it is to the one that was asked about: cosine, -1 to 1. */
export interface AlikeText {
  readonly text: CorpusText;
  readonly cosine: number;
}

/** A map, and the texts that its rows are. */
export interface TextMap {
  readonly texts: readonly CorpusText[];
  readonly map: CorpusMap;
}

/** Who else asks about the same texts at the same time, and how long it waits for a better answer. */
export interface Waiting {
  /** Part of a file's name. */
  readonly asker?: string;
  readonly patienceMs?: number;
}

export class CorpusQuestions implements TextOrder {
  /** Until then, the engine knows more when it is asked again. */
  isSettled = true;
  /** Questions read the file that one of them has written. */
  private queue: Promise<unknown> = Promise.resolve();

  /**
   * @param base the embedded base model
   * @param texts all texts on the desk
   * @param waiting of somebody who does not look on while more becomes known
   */
  constructor(
    private readonly project: Project,
    private readonly engine: EngineHost,
    private readonly base: string,
    private readonly texts: () => readonly CorpusText[],
    private readonly waiting: Waiting = {},
  ) {}

  /** The most useful first. @throws MissingError without trust, AppError, CancelledError */
  async arrange(_texts: readonly unknown[], signal?: AbortSignal): Promise<readonly RankedText[]> {
    const suggested = await this.suggested(asked, signal);
    return suggested.map(({ id, reason }) => ({ id, why: whyOf(reason) }));
  }

  /** The same, with the engine's reasons. @throws as `arrange` */
  suggested(
    count: number,
    signal?: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly reason: SuggestReason }[]> {
    return this.ask(async (texts, params) => {
      const client = await this.engine.client();
      const { model, classifier } = this.project;
      const seed = classifier.settings?.seed ?? 1;
      const more = { count, seed, ...(model && { modelDir: model.dir }) };
      const { suggestions, settled } = await client.suggest({ ...params, ...more }, signal ? { signal } : {});
      this.isSettled = settled;
      return suggestions.flatMap(({ row, reason }) => {
        const text = texts[row];
        return text ? [{ id: text.id, reason }] : [];
      });
    });
  }

  /** Nearest first. @throws MissingError without trust, AppError, CancelledError */
  alike(id: string): Promise<readonly AlikeText[]> {
    return this.ask(async (texts, params) => {
      const client = await this.engine.client();
      const row = texts.findIndex((text) => text.id === id);
      if (row === -1) return [];
      const { texts: found } = await client.similar({ ...params, row, count: shownAlike });
      return found.flatMap(({ row: at, cosine }) => {
        const text = texts[at];
        return text ? [{ text, cosine }] : [];
      });
    });
  }

  /**
   * A map of the texts. Equal texts have the same place; a very large corpus is sampled.
   *
   * @param onProgress hears how many texts have their places; without it nobody waits for the others
   * @throws MissingError without trust, AppError, CancelledError
   */
  map(onProgress: ((progress: Placed) => void) | undefined, signal: AbortSignal): Promise<TextMap> {
    return this.ask(async (texts, params) => {
      CancelledError.throwIf(signal);
      const client = await this.engine.client();
      while (onProgress) {
        const progress = await client.place({ ...params, patienceMs: progressMs }, { signal });
        onProgress(progress);
        if (progress.placed === progress.of) break;
      }
      const seed = this.project.classifier.settings?.seed ?? 1;
      return { texts, map: await client.map({ ...params, seed, patienceMs: 0 }, { signal }) };
    });
  }

  private ask<T>(
    question: (
      texts: readonly CorpusText[],
      params: { dataFile: string; cacheDir: string; base?: string; patienceMs?: number },
    ) => Promise<T>,
  ): Promise<T> {
    mayCompute();
    const answer = this.queue.then(async () => {
      const { root, name, classifier, journal } = this.project;
      const texts = this.texts();
      const { asker, patienceMs } = this.waiting;
      const { dataFile, cacheDir } = deskPaths(root, name, asker);
      const { state } = journal;
      const labelled = texts.map((known) => {
        const { id, path, hash, text } = known;
        const label = state.labelOf(known);
        return { id, path, hash, text, ...(label !== undefined && { label }) };
      });
      await writeRows(dataFile, labelled);
      const base = classifier.settings?.base ?? trainDefaults(this.base).base;
      return question(texts, {
        ...{ dataFile, cacheDir },
        ...(base !== undefined && { base }),
        ...(patienceMs !== undefined && { patienceMs }),
      });
    });
    this.queue = answer.catch(() => undefined);
    return answer;
  }
}

function whyOf(reason: SuggestReason): string {
  switch (reason.kind) {
    case 'unsure': {
      const top = reason.top.map(({ label, score }) => `${label} ${score.toFixed(2)}`).join(', ');
      return vscode.l10n.t('The model is unsure: {0}.', top);
    }
    case 'cover':
      return vscode.l10n.t('It stands for {0} texts of which none has a label.', reason.groupSize);
    case 'rare':
      return vscode.l10n.t('It may be {0}, which has few texts.', reason.label);
    case 'random':
      return vscode.l10n.t('It was drawn by chance, so that figures stay honest.');
  }
}
