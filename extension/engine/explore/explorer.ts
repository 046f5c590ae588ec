/** The corpus as a person looks at it: what to label next, what is alike, where it lies. Answers from what has its place so far. */
import { AppError, CancelledError } from '../../protocol/appError';
import type {
  CorpusMap,
  MapParams,
  Placed,
  PlacedTextsParams,
  Review,
  ReviewParams,
  SimilarParams,
  SimilarTexts,
  SuggestParams,
  Suggestions,
} from '../../protocol/engineApi';
import { breather } from '../deploy/breather';
import type { TextClassifier } from '../deploy/textClassifier';
import { Random } from '../learn/random';
import { pickRows } from '../learn/vectors';
import { chooseNext, type Beliefs, type Known } from './chooseNext';
import { mapOf } from './corpusMap';
import { cosines } from './cosines';
import { ModelAnswers } from './modelAnswers';
import { Placing } from './placing';
import { quickBeliefs } from './quickBeliefs';
import { readTexts, type KeyedText } from './readTexts';
import { reviewLabels } from './review';

/** Texts without and with a label that are looked at; of more, those that stand first by their key, which is as good as by chance. */
const mostOpen = 20_000;
const mostLabelled = 4096;
/** A request that says no patience of its own waits so long for texts to get their places. */
const defaultPatienceMs = 150;
/** Corpora whose places stay in memory: at most 40 MB each. */
const keptAtMost = 2;

export interface ExplorerOptions {
  /** Folder of the base model of requests that name none. */
  readonly defaultBase: string;
  readonly classifierOf: (modelDir: string) => Promise<TextClassifier>;
  /** Hears why a model could not be asked: suggestions go on without it. */
  readonly onModelFailure: (error: unknown) => void;
}

export class Explorer {
  private answers: { readonly modelDir: string; readonly of: ModelAnswers } | undefined;
  private readonly placings = new Map<string, Promise<Placing>>();

  constructor(private readonly options: ExplorerOptions) {}

  /** @throws AppError('data/...') naming file and line; CancelledError */
  async suggest(params: SuggestParams, signal: AbortSignal): Promise<Suggestions> {
    const { texts, of, vectors, wanted } = await this.look(params, signal);
    const { count, seed, modelDir, patienceMs = defaultPatienceMs } = params;
    let settled = texts.length === of;
    if (!texts.some(isOpen)) {
      const drawn = byLot(wanted.filter(isOpen), seed).slice(0, count);
      const suggestions = drawn.map(({ rows: [row] }) => ({ row, reason: { kind: 'random' } as const }));
      return { suggestions, placed: texts.length, of, settled };
    }
    const rank = new Map(texts.map(({ key }, at) => [key, at]));
    // What fits none of the labels says nothing of where they are unsure.
    const lot = byLot(
      texts.filter(({ none }) => !none),
      seed,
    );
    const labels = [...new Set(lot.flatMap(({ label }) => label ?? []))].sort();
    const known = {
      vectors: pickRows(
        vectors,
        lot.map(({ key }) => rank.get(key) as number),
      ),
      given: lot.map(({ label }) => (label === undefined ? undefined : labels.indexOf(label))),
      labels,
    };
    const answers = modelDir === undefined ? undefined : this.answersOf(modelDir);
    const beliefs = async (asked: readonly number[]): Promise<Beliefs | undefined> => {
      const open = asked.map((i) => lot[i] as KeyedText);
      const said = await answers?.of(open, patienceMs, signal);
      settled &&= !answers || answers.closed || said !== undefined;
      return said ?? quickBeliefs(known, asked);
    };
    const choices = await chooseNext({ ...known, beliefs } satisfies Known, count, breather(signal));
    const suggestions = choices.map(({ text, reason }) => ({
      row: (lot[text] as KeyedText).rows[0],
      reason,
    }));
    return { suggestions, placed: texts.length, of, settled };
  }

  /** @throws AppError('explore/no-row') when the file has no such row; CancelledError */
  async similar(params: SimilarParams, signal: AbortSignal): Promise<SimilarTexts> {
    const { texts, of, vectors, asked, placer } = await this.look(params, signal, { row: params.row });
    if (!asked)
      throw new AppError('explore/no-row', `${params.dataFile} has no row ${params.row}; read it again.`);
    const found = await cosines(await placer.placeOf(asked, signal), vectors);
    const same = asked.rows.filter((row) => row !== params.row).map((row) => ({ row, cosine: 1 }));
    const others = [...texts.entries()]
      .filter(([, { key }]) => key !== asked.key)
      .sort(([a], [b]) => (found[b] as number) - (found[a] as number) || a - b)
      .slice(0, params.count)
      .flatMap(([i, { rows }]) => rows.map((row) => ({ row, cosine: found[i] as number })));
    return { texts: [...same, ...others].slice(0, params.count), placed: texts.length, of };
  }

  /** @throws what placing the texts failed with; CancelledError */
  async place(params: PlacedTextsParams, signal: AbortSignal): Promise<Placed> {
    const { texts, of } = await this.look(params, signal);
    return { placed: texts.length, of };
  }

  /** @throws CancelledError */
  async map(params: MapParams, signal: AbortSignal): Promise<CorpusMap> {
    const { texts, of, vectors } = await this.look(params, signal);
    // In the order of their keys, whatever is labelled: a label moves nothing.
    const ordered = [...texts.entries()].sort(([, a], [, b]) => (a.key < b.key ? -1 : 1));
    const map = await mapOf(
      ordered.map(([, text]) => text),
      pickRows(
        vectors,
        ordered.map(([at]) => at),
      ),
      params.seed,
      breather(signal),
    );
    return { ...map, placed: texts.length, of };
  }

  /** Which labels may be wrong. @throws AppError('data/...') naming file and line; CancelledError */
  async review(params: ReviewParams, signal: AbortSignal): Promise<Review> {
    const { texts, of, vectors, placer } = await this.look(params, signal, { labelledAlone: true });
    const labels = [...new Set(texts.flatMap(({ label }) => label ?? []))].sort();
    const given = texts.map(({ label = '' }) => labels.indexOf(label));
    const places = { windows: placer.windowsOf(texts), vectors, given, labels };
    const doubts = await reviewLabels(places, params.seed, signal, breather(signal));
    return {
      doubts: doubts.slice(0, params.count).map(({ row, suggested, ...doubt }) => {
        const { rows, label = '' } = texts[row] as KeyedText;
        return { ...doubt, row: rows[0], label, suggested: labels[suggested] as string };
      }),
      likelyErrors: doubts.filter(({ likely }) => likely).length,
      placed: texts.length,
      of,
      settled: texts.length === of,
    };
  }

  /** The texts that are looked at and have a place. */
  private async look(
    {
      dataFile,
      cacheDir,
      base = this.options.defaultBase,
      patienceMs = defaultPatienceMs,
    }: PlacedTextsParams,
    signal: AbortSignal,
    { row, labelledAlone = false }: { readonly row?: number; readonly labelledAlone?: boolean } = {},
  ) {
    const all = await readTexts(dataFile);
    CancelledError.throwIf(signal);
    const decided = all.filter((text) => !isOpen(text));
    const wanted = labelledAlone
      ? decided.filter(({ label }) => label !== undefined).slice(0, mostLabelled)
      : [...decided.slice(0, mostLabelled), ...all.filter(isOpen).slice(0, mostOpen)];
    const placer = await this.placingOf(cacheDir, base);
    return {
      ...(await placer.placed(wanted, patienceMs, signal)),
      of: wanted.length,
      wanted,
      placer,
      asked: all.find(({ rows }) => row !== undefined && rows.includes(row)),
    };
  }

  private async placingOf(cacheDir: string, base: string): Promise<Placing> {
    const key = JSON.stringify([cacheDir, base]);
    const known = this.placings.get(key) ?? Placing.open(cacheDir, base);
    this.placings.delete(key);
    this.placings.set(key, known);
    for (const [oldest, placing] of [...this.placings].slice(0, -keptAtMost)) {
      this.placings.delete(oldest);
      await (await placing).close();
    }
    try {
      return await known;
    } catch (error) {
      this.placings.delete(key);
      throw error;
    }
  }

  private answersOf(modelDir: string): ModelAnswers {
    if (this.answers?.modelDir !== modelDir) {
      this.answers?.of.close();
      const { classifierOf, onModelFailure } = this.options;
      this.answers = { modelDir, of: new ModelAnswers(() => classifierOf(modelDir), onModelFailure) };
    }
    return this.answers.of;
  }
}

function isOpen({ label, none }: KeyedText): boolean {
  return label === undefined && !none;
}

/** An order drawn by lot: of the texts and the seed, not of where the texts stand. */
function byLot(texts: readonly KeyedText[], seed: number): KeyedText[] {
  const lots = new Map(texts.map(({ key }) => [key, Random.of(seed, 'lot', key).uniform()]));
  return [...texts].sort((a, b) => (lots.get(a.key) as number) - (lots.get(b.key) as number));
}
