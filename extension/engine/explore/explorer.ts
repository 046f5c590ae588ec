/** The corpus as a person looks at it: what to label next, what is alike, where it lies. Answers from what has its place so far. */
import { AppError, CancelledError } from '../../protocol/appError';
import type {
  CorpusMap,
  MapParams,
  PlacedTextsParams,
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

/** Texts without a label that are looked at; of more, so many that stand first by their key, which is as good as by chance. */
const mostTexts = 20_000;
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
    const { count, seed, modelDir } = params;
    if (texts.length === 0) {
      const open = byLot(
        wanted.filter(({ label }) => label === undefined),
        seed,
      );
      const suggestions = open
        .slice(0, count)
        .map(({ row }) => ({ row, reason: { kind: 'random' } as const }));
      return { suggestions, placed: 0, of };
    }
    const rank = new Map(texts.map(({ key }, at) => [key, at]));
    const lot = byLot(texts, seed);
    const labels = [...new Set(lot.flatMap(({ label }) => label ?? []))].sort();
    const known = {
      vectors: pickRows(
        vectors,
        lot.map(({ key }) => rank.get(key) as number),
      ),
      given: lot.map(({ label }) => (label === undefined ? undefined : labels.indexOf(label))),
      labels,
    };
    const beliefs = async (asked: readonly number[]): Promise<Beliefs | undefined> =>
      (await this.modelBeliefs(
        modelDir,
        asked.map((i) => lot[i] as KeyedText),
      )) ?? quickBeliefs(known, asked);
    const choices = await chooseNext({ ...known, beliefs } satisfies Known, count, breather(signal));
    const suggestions = choices.map(({ text, reason }) => ({ row: (lot[text] as KeyedText).row, reason }));
    return { suggestions, placed: texts.length, of };
  }

  /** @throws AppError('explore/no-row') when the file has no such row; CancelledError */
  async similar(params: SimilarParams, signal: AbortSignal): Promise<SimilarTexts> {
    const { texts, of, vectors, asked, placer } = await this.look(params, signal, params.row);
    if (!asked)
      throw new AppError('explore/no-row', `${params.dataFile} has no row ${params.row}; read it again.`);
    const found = await cosines(await placer.placeOf(asked, signal), vectors);
    const nearest = [...found.keys()]
      .filter((i) => texts[i]?.key !== asked.key)
      .sort((a, b) => (found[b] as number) - (found[a] as number) || a - b)
      .slice(0, params.count);
    return {
      texts: nearest.map((i) => ({ row: (texts[i] as KeyedText).row, cosine: found[i] as number })),
      placed: texts.length,
      of,
    };
  }

  /** @throws CancelledError */
  async map(params: MapParams, signal: AbortSignal): Promise<CorpusMap> {
    const { texts, of, vectors } = await this.look(params, signal);
    const map = await mapOf(texts, vectors, params.seed, breather(signal));
    return { ...map, placed: texts.length, of };
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
    row?: number,
  ) {
    const all = await readTexts(dataFile);
    CancelledError.throwIf(signal);
    const labelled = all.filter(({ label }) => label !== undefined);
    const open = all.filter(({ label }) => label === undefined).slice(0, mostTexts);
    const wanted = [...labelled, ...open];
    const placer = await this.placingOf(cacheDir, base);
    return {
      ...(await placer.placed(wanted, patienceMs, signal)),
      of: wanted.length,
      wanted,
      placer,
      asked: all.find((text) => text.row === row),
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

  /** Undefined without a model, or while it has not read all of the texts. */
  private async modelBeliefs(
    modelDir: string | undefined,
    texts: readonly KeyedText[],
  ): Promise<Beliefs | undefined> {
    if (modelDir === undefined) return undefined;
    if (this.answers?.modelDir !== modelDir) {
      this.answers?.of.close();
      this.answers = { modelDir, of: new ModelAnswers(() => this.options.classifierOf(modelDir)) };
    }
    return this.answers.of.of(texts, (error) => this.options.onModelFailure(error));
  }
}

/** An order drawn by lot: of the texts and the seed, not of where the texts stand. */
function byLot(texts: readonly KeyedText[], seed: number): KeyedText[] {
  const lots = new Map(texts.map(({ key }) => [key, Random.of(seed, 'lot', key).uniform()]));
  return [...texts].sort((a, b) => (lots.get(a.key) as number) - (lots.get(b.key) as number));
}
