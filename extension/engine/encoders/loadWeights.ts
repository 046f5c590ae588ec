/** The weights of an encoder out of a model's folder. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import type { TensorData } from '../graph/graph';
import type { WeightSpec } from './family';
import { readSafetensors, type Safetensors } from './safetensors';

/**
 * Reads the tensors of `specs` from `model.safetensors`, whether or not their names carry the task model's prefix.
 * What else is in the file is left alone.
 * @throws AppError('encoders/safetensors' | 'encoders/weights')
 */
export async function loadWeights(
  dir: string,
  specs: readonly WeightSpec[],
  prefix: string,
): Promise<Map<string, TensorData>> {
  const path = join(dir, 'model.safetensors');
  await requireFile(path, dir);
  const file = await readSafetensors(path);
  try {
    const tensors = new Map<string, TensorData>();
    for (const { name, shape, within } of specs) {
      const { name: whole, part, parts } = within ?? { name, part: 0, parts: 1 };
      const stored = [prefix + whole, whole].flatMap((n) => [n, oldName(n)]).find((n) => file.has(n));
      if (stored === undefined) {
        throw new AppError(
          'encoders/weights',
          `${path} has no tensor "${whole}", which config.json asks for.`,
        );
      }
      checkShape(file, stored, [parts * (shape[0] ?? 1), ...shape.slice(1)]);
      tensors.set(name, partOf(await file.tensor(stored), shape, part));
    }
    return tensors;
  } finally {
    await file.close();
  }
}

/** Of tensors of this shape below each other, one. */
function partOf(tensor: TensorData, shape: readonly number[], part: number): TensorData {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size === tensor.data.length) return tensor;
  return { ...tensor, shape, data: tensor.data.slice(part * size, (part + 1) * size) };
}

/** Files that were converted from TensorFlow call a normalisation's tensors gamma and beta. */
function oldName(name: string): string {
  return name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
}

function checkShape(file: Safetensors, name: string, shape: readonly number[]): void {
  const found = file.shape(name) ?? [];
  if (found.length === shape.length && found.every((size, i) => size === shape[i])) return;
  throw new AppError(
    'encoders/weights',
    `Tensor "${name}" in ${file.path} is [${found.join(', ')}]; config.json asks for [${shape.join(', ')}].`,
  );
}

async function requireFile(path: string, dir: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    throw new AppError(
      'encoders/weights',
      `${dir} has no model.safetensors; choose a model whose weights are in one safetensors file.`,
      { cause: error },
    );
  }
}
