/** `README.md` of an exported model: a model card (Mitchell et al. 2019) with Hugging Face's front matter. */
import type { ResultRow, SmallFileFigures, TextCounts, TrainResult } from '../../protocol/snapshot';
import type { BaseModel } from './baseModel';
import type { ModelManifest } from './manifest';

/** What only the run knows. */
export interface ModelCard {
  /** The classifier's name; 'Text classifier' when left out. */
  readonly name?: string;
  readonly counts: TextCounts;
  /** Given labels by class. */
  readonly labelCounts?: readonly { readonly label: string; readonly count: number }[];
  readonly rows: readonly ResultRow[];
  /** The row of the exported model. */
  readonly chosen?: string;
  /** '12 held-out labels', '600 texts with known labels'. */
  readonly measuredOn: string;
  /** Settings of the run. */
  readonly recipe?: object;
  /** How far the neighbours were believed, 0 to 1. */
  readonly neighbourTrust?: number;
  /** Expected calibration error of the exported scores, 0 to 1. */
  readonly ece?: number;
}

/** What the export knows. */
export interface ExportFacts {
  readonly manifest: ModelManifest;
  readonly base: BaseModel;
  readonly exported: { readonly sizeBytes: number; readonly quantisedBytes: number };
  /** Layers of the base model that it keeps. */
  readonly layers: readonly number[];
  /** Sureness at which a text leaves the small file before the layers; undefined when it has no such exit. */
  readonly exitAt?: number | undefined;
  readonly result?: TrainResult | undefined;
}

export function modelCardText(card: ModelCard, facts: ExportFacts): string {
  const sections = [
    frontMatter(facts),
    `# ${inline(card.name ?? 'Text classifier')}`,
    summary(card, facts),
    '## Use',
    use(facts),
    '## Data',
    data(card, facts),
    '## Figures',
    figures(card, facts),
    '## Calibration',
    calibration(card, facts),
    '## Intended use and limits',
    limits(),
    '## Training',
    training(card, facts),
    '## Licence',
    licence(facts),
  ];
  return `${sections.join('\n\n')}\n`;
}

function frontMatter({ base }: ExportFacts): string {
  const lines = [
    '---',
    `license: ${base.licence ?? 'unknown'}`,
    'library_name: transformers.js',
    'pipeline_tag: text-classification',
    'tags:',
    ...['nanonet', 'onnx', 'text-classification'].map((tag) => `  - ${tag}`),
    '---',
  ];
  return lines.join('\n');
}

function summary({ counts }: ModelCard, facts: ExportFacts): string {
  const { manifest, layers, base, exported, exitAt } = facts;
  const labels = manifest.labels.map((label) => `**${inline(label)}**`).join(', ');
  return [
    `Says which one of ${manifest.labels.length} labels a text has: ${labels}.`,
    `It has ${layers.length} of the transformer layers of ${inline(base.name)} and was made by NanoNet on the author's`,
    `computer, from ${counts.labelled} labelled and ${counts.unlabelled} unlabelled texts.`,
    `The 32-bit file has ${megabytes(exported.sizeBytes)}; the small file has ${megabytes(exported.quantisedBytes)}, with weights`,
    'in 8 bits and embeddings in 4.',
    ...(exitAt === undefined
      ? []
      : [
          `In the small file, texts whose words alone make it ${percent(exitAt)} sure do not go through the layers.`,
        ]),
  ].join('\n');
}

function use({ manifest }: ExportFacts): string {
  return [
    '```js',
    "import { pipeline } from '@huggingface/transformers';",
    "const classify = await pipeline('text-classification', '/path/to/this/folder'); // dtype: 'q8' for the small file",
    "console.log(await classify('a text'));",
    '```',
    '',
    '```python',
    'from optimum.onnxruntime import ORTModelForSequenceClassification',
    'from transformers import AutoTokenizer, pipeline',
    "model = ORTModelForSequenceClassification.from_pretrained('.', subfolder='onnx', file_name='model.onnx')",
    "classify = pipeline('text-classification', model, tokenizer=AutoTokenizer.from_pretrained('.'), truncation=True)",
    '```',
    '',
    `NanoNet reads a text of more than ${manifest.windowTokens} tokens in several windows and takes the mean of their`,
    'probabilities, in which the k-th window counts 1 / k²; the libraries above read the first window alone.',
  ].join('\n');
}

function data({ counts, labelCounts }: ModelCard, { manifest }: ExportFacts): string {
  const known = new Map(labelCounts?.map(({ label, count }) => [label, count]));
  const rows = manifest.labels.map((label) => [inline(label), String(known.get(label) ?? '')]);
  const labels = labelCounts ? table(['Label', 'Texts with this label'], rows) : undefined;
  const { labelled, unlabelled, leftOut = 0 } = counts;
  const sampled = leftOut > 0 ? `, drawn by chance of ${unlabelled + leftOut}` : '';
  const text = `${labelled} texts were labelled by a person; ${unlabelled} without a label were learned from as well${sampled}.`;
  return [text, ...(labels ? ['', labels] : [])].join('\n');
}

function figures({ rows, chosen, measuredOn }: ModelCard, { result }: ExportFacts): string {
  const lines = rows.map(({ id, name, accuracy, macroF1 }) => {
    const shown = inline(name);
    return [id === chosen ? `**${shown}** (this model)` : shown, percent(accuracy), percent(macroF1)];
  });
  const measured =
    rows.length > 0
      ? `Measured on ${inline(measuredOn)}.\n\n${table(['Model', 'Accuracy', 'Macro F1'], lines)}`
      : 'There were no labels to measure on.';
  const speed =
    result && `It read ${Math.round(result.docsPerSecond)} texts a second on the author's computer.`;
  const small = result?.smallFile && smallFile(result.smallFile);
  return [measured, small, speed].filter(Boolean).join('\n\n');
}

function smallFile({ texts, sameLabel, accuracyLost }: SmallFileFigures): string {
  const share = percent((texts - sameLabel) / Math.max(1, texts));
  const lost =
    accuracyLost === undefined
      ? 'so much accuracy it loses at most'
      : `on known labels among them its accuracy is ${percent(Math.abs(accuracyLost))} ${accuracyLost < 0 ? 'higher' : 'lower'}`;
  return `The small file gives another label to ${share} of ${texts} texts than the 32-bit file; ${lost}.`;
}

function calibration({ ece }: ModelCard, { manifest }: ExportFacts): string {
  return [
    `Scores are probabilities: the logits were divided by the temperature ${manifest.temperature.toFixed(3)}, which was`,
    'fitted to labels that the model did not learn from (Guo et al. 2017); the head in the files holds it already.',
    ...(ece === undefined ? [] : [`Expected calibration error: ${percent(ece)}.`]),
    `A score below ${manifest.threshold} counts as "unsure" in NanoNet.`,
  ].join('\n');
}

function limits(): string {
  return [
    'For texts of the kind that it was trained on. It knows only its own labels: a text that has none of them gets',
    'the nearest one, often with a low score. It has the biases of the texts and of the person who labelled them, and of',
    'the base model, whose language it shares. Figures on few labels are rough. Do not let it decide about people alone.',
  ].join('\n');
}

function training(
  { recipe, neighbourTrust }: ModelCard,
  { manifest, layers, base, result }: ExportFacts,
): string {
  const rows: string[][] = [
    ['Base model', inline(base.name)],
    ['Layers kept', layers.join(', ') || 'none'],
    ['Made', manifest.createdAt],
    ...(result ? [['Duration', `${Math.round(result.durationMs / 1000)} s`]] : []),
    ...(neighbourTrust === undefined ? [] : [['Trust in neighbours', neighbourTrust.toFixed(2)]]),
    ...Object.entries(recipe ?? {}).map(([name, value]) => [
      inline(name),
      inline(JSON.stringify(value) ?? ''),
    ]),
  ];
  return table(['Setting', 'Value'], rows);
}

function licence({ base }: ExportFacts): string {
  const terms = base.licence ? `whose licence is ${base.licence}` : 'whose licence its folder does not say';
  return `The weights come from ${inline(base.name)}, ${terms}; LICENSE and NOTICE, where there are any, are its own.`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of others as part of a line of Markdown. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
