/** What a trained model's folder is made of: the engine writes and reads it, others hand it on. */

/** Grows when a folder of this kind could no longer be read by an older version. */
export const manifestFormat = 1;
/** What the folder says besides what Hugging Face's files do. */
export const manifestName = 'nanonet.json';

/** Files that the graph may be read from: 32-bit weights, or 8-bit ones at a quarter of the size. */
export const modelFiles = { fp32: 'onnx/model.onnx', quantised: 'onnx/model_quantized.onnx' } as const;

/** Nothing else belongs to a model. Texts are in none of them: the report, which names some, stands beside the folder. */
export const folderFiles = {
  needed: [
    manifestName,
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    ...Object.values(modelFiles),
  ],
  optional: ['README.md', 'LICENSE', 'NOTICE'],
} as const;
