/** LoRA: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models". */
import { tensorOf, type Encoder } from '../encoders/encoder';
import type { LinearRole } from '../encoders/hooks';
import { add, mul } from '../graph/arithmetic';
import type { TensorData } from '../graph/graph';
import { matmul } from '../graph/matrix';
import type { Adapter, ParameterSpec, ParameterValues } from './adapter';

export interface LoraOptions {
  /** r: inner size of the update. */
  readonly rank?: number;
  /** The update is scaled by alpha / rank. */
  readonly alpha?: number;
  readonly targets?: readonly LinearRole[];
}

/** Keys are left out: what they add, queries can learn. */
const defaultTargets: readonly LinearRole[] = ['query', 'value', 'attentionOutput', 'intermediate', 'output'];

/**
 * h = x W + (alpha / r) x A B, eq. 3, in our order of factors: A [in, r] begins as Gaussian noise, B [r, out] as zeros,
 * so that training begins at the base model.
 */
export function lora(
  encoder: Encoder,
  layers: readonly number[],
  { rank = 8, alpha = 16, targets = defaultTargets }: LoraOptions = {},
): Adapter {
  const { family, config } = encoder;
  const scale = alpha / rank;
  const name = (layer: number, role: LinearRole, part: 'A' | 'B'): string =>
    `layer.${layer}.${role}.lora_${part}`;

  const parameters = layers.flatMap((_, layer) =>
    targets.flatMap((role): ParameterSpec[] => {
      const [inputSize, outputSize] = family.linearSize(config, role);
      return [
        // The deviation of the authors' code, which draws from U(-1/sqrt(in), 1/sqrt(in)).
        {
          name: name(layer, role, 'A'),
          shape: [inputSize, rank],
          init: { normal: 1 / Math.sqrt(3 * inputSize) },
        },
        { name: name(layer, role, 'B'), shape: [rank, outputSize], init: 'zeros' },
      ];
    }),
  );

  return {
    kind: 'lora',
    parameters,
    bind: (parameter) => ({
      linear(g, { layer, role }, x, y) {
        if (!targets.includes(role)) return y;
        // Scaled where it is smallest.
        const inner = mul(g, matmul(g, x, parameter(name(layer, role, 'A'))), scale);
        return add(g, y, matmul(g, inner, parameter(name(layer, role, 'B'))));
      },
    }),
    merge(student, values) {
      const merged = new Map<string, TensorData>();
      for (let layer = 0; layer < student.layers; layer++) {
        for (const role of targets) {
          const key = `${family.linear(layer, role)}.weight`;
          merged.set(key, mergedWeight(tensorOf(student, key), factors(values, layer, role), rank, scale));
        }
      }
      return merged;
    },
  };

  function factors(values: ParameterValues, layer: number, role: LinearRole): [Float32Array, Float32Array] {
    return [values(name(layer, role, 'A')), values(name(layer, role, 'B'))];
  }
}

/** W + scale (A B)^T for W [out, in], as it is stored. Summed in double precision. */
function mergedWeight(
  weight: TensorData,
  [a, b]: readonly [Float32Array, Float32Array],
  rank: number,
  scale: number,
): TensorData {
  const [outputs = 0, inputs = 0] = weight.shape;
  const data = new Float32Array(outputs * inputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += (a[i * rank + k] as number) * (b[k * outputs + o] as number);
      data[o * inputs + i] = (weight.data[o * inputs + i] as number) + scale * sum;
    }
  }
  return { type: 'float32', shape: weight.shape, data };
}
