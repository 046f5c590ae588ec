import type { Encoder } from '../encoders/encoder';
import type { JsonObject } from '../encoders/jsonFile';

/**
 * `config.json` of an exported model: what `AutoModelForSequenceClassification` of transformers.js and optimum read.
 * @param student the encoder with its own layers alone
 * @param labels in the order of the logits
 */
export function modelConfig(student: Encoder, labels: readonly string[]): JsonObject {
  const base: Record<string, unknown> = { ...student.family.configJson(student.json, student.config) };
  // Where the base model once came from is no name of this one.
  delete base['_name_or_path'];
  return {
    ...base,
    model_type: student.family.name,
    architectures: [student.family.architecture],
    num_labels: labels.length,
    id2label: Object.fromEntries(labels.map((label, i) => [i, label])),
    // A label may be called "__proto__": entries define, assignments would not.
    label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
    problem_type: 'single_label_classification',
  };
}
