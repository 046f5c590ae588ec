/** A trained member as a Hugging Face folder that classifies by itself. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFormat, manifestName, modelFiles } from '../../protocol/modelFolder';
import type { TrainResult } from '../../protocol/snapshot';
import { sharePieces, shortenWindows, type SharedPieces } from '../encoders/encoder';
import type { Tokenizer, TokenizerFile } from '../encoders/tokenizer';
import type { Graph } from '../graph/graph';
import { quantised } from '../graph/quantise';
import { modelBytes } from '../graph/serialise';
import { copyLegalFiles, describeBase } from './baseModel';
import type { ModelManifest } from './manifest';
import { modelCardText, type ExportFacts, type ModelCard } from './modelCard';
import { modelConfig } from './modelConfig';
import { replaceFolder } from './modelFolder';
import { studentGraph, type StudentGraph, type StudentOptions } from './studentGraph';

/** A model whose files are complete, in a folder that is not yet in its place. */
export interface DraftModel {
  /** `TextClassifier.load` takes it. */
  readonly dir: string;
  readonly sizeBytes: number;
}

export interface ExportOptions extends StudentOptions {
  readonly tokenizer: Tokenizer;
  /** Folder of the base model: its name, and its licence, which goes along. */
  readonly baseDir?: string;
  /** In the order of the head's columns. */
  readonly labels: readonly string[];
  /** A score below it is "unsure", 0 to 1. */
  readonly threshold: number;
  /** Longest window, special tokens included. */
  readonly windowTokens: number;
  /** Pieces that share rows in the small file; without it each has its own. */
  readonly sharedPieces?: SharedPieces | undefined;
  readonly card: ModelCard;
  /** What the run says of the model; a function is asked when the model can be loaded, to measure it. */
  readonly result?: TrainResult | ((draft: DraftModel) => Promise<TrainResult>);
  readonly createdAt?: Date;
}

export interface ExportedModel {
  /** Of the file with 32-bit weights. */
  readonly sizeBytes: number;
  /** Of the file with 8-bit weights and 4-bit embeddings. */
  readonly quantisedBytes: number;
}

/**
 * Writes the folder `dir`, whole or not at all; what was there before is replaced once the new one is complete.
 * Layers that the member does not have, and weights that nothing reads, are not in it.
 */
export async function exportModel(options: ExportOptions, dir: string): Promise<ExportedModel> {
  const { labels, windowTokens, threshold, temperature, baseDir, result, card } = options;
  if (labels.length !== options.member.classes) {
    throw new Error(`${labels.length} labels for a head of ${options.member.classes} classes.`);
  }
  if (windowTokens > options.encoder.config.maxTokens) {
    throw new Error(`Windows of ${windowTokens} tokens for ${options.encoder.config.maxTokens} positions.`);
  }
  const student = { ...options, encoder: shortenWindows(options.encoder, windowTokens) };
  const plain = studentGraph({ ...student, exit: undefined });
  const base = baseDir === undefined ? { name: 'unknown' } : await describeBase(baseDir);
  const manifest: ModelManifest = {
    format: manifestFormat,
    createdAt: (options.createdAt ?? new Date()).toISOString(),
    labels,
    windowTokens,
    threshold,
    temperature,
    base: base.name,
  };

  return await replaceFolder(dir, async (draft) => {
    const write = (name: string, content: string | Uint8Array): Promise<void> =>
      writeFile(join(draft, name), content);
    await mkdir(join(draft, 'onnx'));
    // One file after the other, so that the bytes of only one are in memory.
    await write(modelFiles.fp32, modelBytes(plain.graph));
    const { encoder } = student;
    const sharing = options.sharedPieces ? sharePieces(encoder, options.sharedPieces) : encoder;
    const small = studentGraph({ ...student, encoder: sharing });
    await write(modelFiles.quantised, modelBytes(inFewBits(small)));
    await write('config.json', jsonText(modelConfig(plain.encoder, labels)));
    for (const file of options.tokenizer.files(windowTokens)) await write(file.name, tokenizerText(file));
    await write(manifestName, jsonText(manifest));
    if (baseDir !== undefined) await copyLegalFiles(baseDir, draft);
    const exported: ExportedModel = {
      sizeBytes: (await stat(join(draft, modelFiles.fp32))).size,
      quantisedBytes: (await stat(join(draft, modelFiles.quantised))).size,
    };
    const measured =
      typeof result === 'function' ? await result({ dir: draft, sizeBytes: exported.sizeBytes }) : result;
    if (measured) {
      // A model is handed on as a folder: where it lay on the author's computer stays there.
      await write(manifestName, jsonText({ ...manifest, result: { ...measured, modelDir: '.' } }));
    }
    const facts: ExportFacts = {
      manifest,
      base,
      exported,
      layers: options.member.layers,
      exitAt: options.exit?.threshold,
      result: measured,
    };
    await write('README.md', modelCardText(card, facts));
    return exported;
  });
}

/** Products in 8 bits, embeddings in 4; the classes' own weights as they are. */
function inFewBits({ graph, head }: StudentGraph): Graph {
  return quantised(graph, ({ op }, weight) =>
    head.has(weight) ? undefined : op === 'Gather' ? '4 bits' : 'together',
  );
}

/** Other programs take the inputs' names from the tokenizer's settings: the graph has no token types. */
function tokenizerText({ name, text }: TokenizerFile): string {
  if (name !== 'tokenizer_config.json') return text;
  return jsonText({ ...JSON.parse(text), model_input_names: ['input_ids', 'attention_mask'] });
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
