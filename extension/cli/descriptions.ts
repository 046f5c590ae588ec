import * as z from 'zod/mini';
import { readJson } from '../project/jsonText';
import type { LabelDescriptions } from '../protocol/engineApi';
import { needFile } from './usageError';

/**
 * What labels mean, from a file of {"label": "description"}.
 *
 * @throws AppError('cli/usage') when there is no such file, AppError('cli/unreadable') with what in it is wrong
 */
export function readDescriptions(file: string): Promise<LabelDescriptions> {
  needFile(file, 'The file of descriptions');
  return readJson(file, z.record(z.string(), z.string('a description is a text')), 'cli/unreadable');
}
