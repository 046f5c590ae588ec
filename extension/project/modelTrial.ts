import type { EngineClient } from '../protocol/engineClient';

/** A model from elsewhere reads a text with either file of its weights. @throws AppError from the engine, CancelledError */
export async function tryModel(
  engine: Pick<EngineClient, 'classify'>,
  modelDir: string,
  signal: AbortSignal,
): Promise<void> {
  for (const fast of [false, true]) await engine.classify({ modelDir, fast, texts: ['a text'] }, { signal });
}
