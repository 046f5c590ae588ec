import type { EncoderConfig, EncoderFamily, WeightSpec } from './family';
import { linearRoles, type LinearRole, type NormRole } from './hooks';
import type { TransformerTraits } from './transformer';

/** See `EncoderFamily.weights`. */
export function weightSpecs(
  family: EncoderFamily,
  { names, finalNorm, weights }: TransformerTraits,
  config: EncoderConfig,
): WeightSpec[] {
  const { hiddenSize, biases } = config;
  const table = (name: string | undefined, rows: number): WeightSpec[] =>
    name === undefined ? [] : [{ name: `${name}.weight`, shape: [rows, hiddenSize] }];

  const norm = (layer: number, role: NormRole): WeightSpec[] =>
    parts(biases.norm).map((part) => ({ name: `${family.norm(layer, role)}.${part}`, shape: [hiddenSize] }));

  const linear = (layer: number, role: LinearRole): WeightSpec[] => {
    const [size, outputSize] = family.linearSize(config, role);
    const isFeedForward = role === 'intermediate' || role === 'output';
    return parts(isFeedForward ? biases.feedForward : biases.attention).map((part) => ({
      name: `${family.linear(layer, role)}.${part}`,
      shape: part === 'weight' ? [outputSize, size] : [outputSize],
      ...(names.fused?.roles.includes(role) && {
        within: {
          name: `${family.layerPrefix(layer)}${names.fused.name}.${part}`,
          part: names.fused.roles.indexOf(role),
          parts: names.fused.roles.length,
        },
      }),
    }));
  };

  const layers = Array.from({ length: config.layers }, (_, layer) => [
    ...linearRoles.flatMap((role) => linear(layer, role)),
    // Of layers that normalise what they read, the first one reads what is normalised already.
    ...(finalNorm !== undefined && layer === 0 ? [] : norm(layer, 'attentionNorm')),
    ...norm(layer, 'outputNorm'),
  ]);
  return [
    ...table(names.pieces, config.vocabularySize),
    ...table(names.positions, config.maxTokens + config.firstPosition),
    ...table(names.tokenTypes, config.typeVocabularySize),
    ...family.outerNorms.flatMap((role) => norm(-1, role)),
    ...(weights?.(config) ?? []),
    ...layers.flat(),
  ];
}

function parts(hasBias: boolean): readonly ('weight' | 'bias')[] {
  return hasBias ? ['weight', 'bias'] : ['weight'];
}
