/** What a base model's folder says about itself, to be passed on with what was made of it. */
import { copyFile, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** The base model as the model card names it. */
export interface BaseModel {
  readonly name: string;
  /** 'apache-2.0', as Hugging Face writes it; undefined when the folder does not say. */
  readonly licence?: string;
}

/** Apache-2.0 (4a, 4d) and MIT ask that these go along. */
const legalFiles = ['LICENSE', 'NOTICE'];

/** Name and licence out of the folder's name and its model card's front matter. */
export async function describeBase(dir: string): Promise<BaseModel> {
  const card = (await ifThere(() => readFile(join(dir, 'README.md'), 'utf8'))) ?? '';
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const licence = /^license:\s*["']?([\w.-]+)/m.exec(frontMatter)?.[1];
  return { name: basename(resolve(dir)), ...(licence !== undefined && { licence }) };
}

/** Copies the licence and the notice, where there are any. */
export async function copyLegalFiles(from: string, to: string): Promise<void> {
  for (const name of legalFiles) await ifThere(() => copyFile(join(from, name), join(to, name)));
}

async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
