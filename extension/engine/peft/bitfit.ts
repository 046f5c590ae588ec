/** BitFit: Ben Zaken et al. 2022, "BitFit: Simple Parameter-efficient Fine-tuning for Transformer-based Masked Language-models". */
import { AppError } from '../../protocol/appError';
import { tensorOf, type Encoder } from '../encoders/encoder';
import { linearRoles, type LinearSite, type NormSite } from '../encoders/hooks';
import type { TensorData } from '../graph/graph';
import type { Adapter } from './adapter';

/**
 * Trains every bias of the layers and of the embeddings, those of the layer normalisations included.
 * @throws AppError('peft/no-biases') when the encoder has none
 */
export function bitfit(encoder: Encoder, layers: readonly number[]): Adapter {
  const sites = [
    ...encoder.family.outerNorms.map((role) => ({ layer: -1, role })),
    ...layers.flatMap((_, layer): (LinearSite | NormSite)[] => [
      ...linearRoles.map((role) => ({ layer, role })),
      { layer, role: 'attentionNorm' },
      { layer, role: 'outputNorm' },
    ]),
  ].filter((site) => encoder.tensors.has(biasName(encoder, site, layers)));
  if (sites.length === 0) {
    throw new AppError(
      'peft/no-biases',
      'The base model has no biases, and BitFit trains nothing else: choose the adapter "lora" or "houlsby".',
    );
  }
  const name = ({ layer, role }: LinearSite | NormSite): string =>
    layer < 0 ? `${role}.bias` : `layer.${layer}.${role}.bias`;

  return {
    kind: 'bitfit',
    parameters: sites.map((site) => {
      const bias = tensorOf(encoder, biasName(encoder, site, layers));
      return { name: name(site), shape: bias.shape, init: bias };
    }),
    bind: (parameter) => ({ bias: (site) => parameter(name(site)) }),
    merge: (student, values) =>
      new Map(
        sites.map((site): [string, TensorData] => {
          const key = biasName(student, site);
          const { shape } = tensorOf(student, key);
          return [key, { type: 'float32', shape, data: values(name(site)).slice() }];
        }),
      ),
  };
}

/** @param layers the base layer behind each layer; without them a layer is its own */
function biasName({ family }: Encoder, site: LinearSite | NormSite, layers?: readonly number[]): string {
  const source = layers?.[site.layer] ?? site.layer;
  return `${isNorm(site) ? family.norm(source, site.role) : family.linear(source, site.role)}.bias`;
}

function isNorm(site: LinearSite | NormSite): site is NormSite {
  return site.role.endsWith('Norm');
}
