import { join } from 'node:path';

/** Where the parts of this package lie, whatever folder the command was called from. */
export interface Installation {
  /** The bundled engine. */
  readonly engine: string;
  /** The embedded base model, a Hugging Face folder. */
  readonly base: string;
}

/** @param dist the folder that the bundled programs stand in, absolute */
export function installationAt(dist: string): Installation {
  return {
    engine: join(dist, 'engine.js'),
    base: join(dist, '..', 'models', 'all-MiniLM-L6-v2'),
  };
}
