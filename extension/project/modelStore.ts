/** The trained models of a classifier: `.nanonet/<name>/models/v1`, `v2`, ... */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import { manifestName } from '../protocol/modelFolder';
import type { TrainResult } from '../protocol/snapshot';
import { classifierDir } from './classifierFolder';
import { readJson } from './jsonText';

const rowSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  accuracy: z.number(),
  macroF1: z.number(),
});
export const countsSchema = z.object({
  labelled: z.number(),
  unlabelled: z.number(),
  leftOut: z.optional(z.number()),
});
export const resultSchema = z.looseObject({
  modelDir: z.string(),
  labels: z.array(z.string()),
  rows: z.array(rowSchema),
  measuredOn: z.string(),
  counts: countsSchema,
  sizeBytes: z.number(),
  docsPerSecond: z.number(),
  durationMs: z.number(),
  peakMemoryBytes: z.number(),
});
const factsSchema = z.looseObject({
  createdAt: z.iso.datetime(),
  labels: z.array(z.string()),
  result: resultSchema,
});

/** A trained model. Its folder came whole or not at all, so that it can be used even with `problem`. */
export interface ModelVersion {
  /** 'v1', 'v2', ... */
  readonly version: string;
  readonly dir: string;
  readonly createdAt: Date;
  /** Empty with `problem`. */
  readonly labels: readonly string[];
  /** Undefined with `problem`. `modelDir` in it is where the model was made; `dir` is where it is. */
  readonly result?: TrainResult;
  /** Why its figures cannot be shown. */
  readonly problem?: string;
}

export function modelsDir(root: string, classifier: string): string {
  return join(classifierDir(root, classifier), 'models');
}

export function runsDir(root: string, classifier: string): string {
  return join(classifierDir(root, classifier), 'runs');
}

/** All models, newest first. */
export async function listModels(root: string, classifier: string): Promise<ModelVersion[]> {
  const dir = modelsDir(root, classifier);
  const versions = await versionsIn(dir);
  return Promise.all(versions.reverse().map((version) => readModel(dir, version)));
}

/** The model that is used unless another is asked for. */
export async function newestModel(root: string, classifier: string): Promise<ModelVersion | undefined> {
  const dir = modelsDir(root, classifier);
  const version = (await versionsIn(dir)).at(-1);
  return version === undefined ? undefined : readModel(dir, version);
}

/** The name of the next model: no model or run has or had it. */
export async function nextVersion(root: string, classifier: string): Promise<string> {
  const versions = [
    ...(await versionsIn(modelsDir(root, classifier))),
    ...(await versionsIn(runsDir(root, classifier))),
  ];
  return `v${Math.max(0, ...versions.map(versionNumber)) + 1}`;
}

/** Names of the folders 'v<number>' in a folder, by number; none when there is no such folder. */
export async function versionsIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.filter((name) => /^v[1-9]\d*$/.test(name)).sort((a, b) => versionNumber(a) - versionNumber(b));
}

/** 3 for 'v3'. */
export function versionNumber(version: string): number {
  return Number(version.slice(1));
}

async function readModel(models: string, version: string): Promise<ModelVersion> {
  const dir = join(models, version);
  try {
    const facts = await readJson(join(dir, manifestName), factsSchema, 'models/not-read');
    return {
      version,
      dir,
      createdAt: new Date(facts.createdAt),
      labels: facts.labels,
      result: facts.result as TrainResult,
    };
  } catch (error) {
    if (!AppError.is(error)) throw error;
    const { mtime } = await stat(dir);
    return { version, dir, createdAt: mtime, labels: [], problem: error.message };
  }
}
