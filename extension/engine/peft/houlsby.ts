/** Bottleneck adapters: Houlsby et al. 2019, "Parameter-Efficient Transfer Learning for NLP". */
import type { Encoder } from '../encoders/encoder';
import type { NormSite, Sublayer } from '../encoders/hooks';
import { add } from '../graph/arithmetic';
import { matmul } from '../graph/matrix';
import { gelu } from '../graph/neural';
import type { Adapter, ParameterSpec } from './adapter';

export interface HoulsbyOptions {
  /** m: size of the bottleneck. */
  readonly size?: number;
}

const sublayers: readonly Sublayer[] = ['attention', 'feedForward'];
const norms = ['attentionNorm', 'outputNorm'] as const;
type Part = 'down.weight' | 'down.bias' | 'up.weight' | 'up.bias';

/**
 * After each half of a layer, before its residual: y + gelu(y D + d) U + u with D [hidden, m] and U [m, hidden]; the layer
 * normalisations are trained as well (sec. 2.1). Begins as nearly the base model. No weight of the encoder can stand
 * for it, so it stays in the exported graph.
 */
export function houlsby(
  encoder: Encoder,
  layers: readonly number[],
  { size = 32 }: HoulsbyOptions = {},
): Adapter {
  const { hiddenSize, family } = encoder;
  const name = (layer: number, sublayer: Sublayer, part: Part): string =>
    `layer.${layer}.${sublayer}.adapter.${part}`;
  const normName = ({ layer, role }: NormSite, part: 'weight' | 'bias'): string =>
    `layer.${layer}.${role}.${part}`;

  const bottlenecks = (layer: number): ParameterSpec[] =>
    sublayers.flatMap((sublayer): ParameterSpec[] => [
      { name: name(layer, sublayer, 'down.weight'), shape: [hiddenSize, size], init: { normal: 0.01 } },
      { name: name(layer, sublayer, 'down.bias'), shape: [size], init: 'zeros' },
      { name: name(layer, sublayer, 'up.weight'), shape: [size, hiddenSize], init: { normal: 0.01 } },
      { name: name(layer, sublayer, 'up.bias'), shape: [hiddenSize], init: 'zeros' },
    ]);
  const normalisations = (source: number, layer: number): ParameterSpec[] =>
    norms.flatMap((role) =>
      (['weight', 'bias'] as const).flatMap((part): ParameterSpec[] => {
        const init = encoder.tensors.get(`${family.norm(source, role)}.${part}`);
        return init ? [{ name: normName({ layer, role }, part), shape: init.shape, init }] : [];
      }),
    );

  return {
    kind: 'houlsby',
    parameters: layers.flatMap((source, layer) => [...bottlenecks(layer), ...normalisations(source, layer)]),
    bind: (parameter) => ({
      sublayer(g, layer, sublayer, y) {
        const tensor = (part: Part) => parameter(name(layer, sublayer, part));
        const inner = gelu(g, add(g, matmul(g, y, tensor('down.weight')), tensor('down.bias')));
        return add(g, y, add(g, matmul(g, inner, tensor('up.weight')), tensor('up.bias')));
      },
      scale: (site) => (isTrained(site) ? parameter(normName(site, 'weight')) : undefined),
      bias: (site) => (isTrained(site) ? parameter(normName(site, 'bias')) : undefined),
    }),
    merge: () => undefined,
  };
}

function isTrained(site: { readonly role: string; readonly layer: number }): site is NormSite {
  return norms.some((role) => role === site.role);
}
