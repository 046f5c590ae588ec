/** The kinds of encoders that can be read, by the `model_type` of their config.json. To add one, follow distilbert.ts. */
import { AppError } from '../../protocol/appError';
import { bert } from './bert';
import { distilbert } from './distilbert';
import type { EncoderFamily } from './family';
import { modernbert } from './modernbert';
import { mpnet } from './mpnet';
import { roberta, xlmRoberta } from './roberta';

export const families: Readonly<Record<string, EncoderFamily>> = Object.fromEntries(
  [bert, roberta, xlmRoberta, distilbert, mpnet, modernbert].map((family) => [family.name, family]),
);

/** @throws AppError('encoders/family') naming the types that are supported */
export function familyOf(modelType: unknown, path: string): EncoderFamily {
  if (typeof modelType === 'string' && Object.hasOwn(families, modelType)) {
    return families[modelType] as EncoderFamily;
  }
  const shown = modelType === undefined ? 'missing' : JSON.stringify(modelType);
  throw new AppError(
    'encoders/family',
    `"model_type" in ${path} is ${shown}; supported: ${Object.keys(families).join(', ')}.`,
  );
}
