/** `exportChild BASE TARGET writing|complete`: exports a model and kills itself on the way. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportModel } from '../../../extension/engine/deploy/exportModel';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { trainedModel } from './trained';

const [, , base = '', target = '', when] = process.argv;

/** At the first sight of the weights: the other files are still to come. */
function dieWhenWriting(): void {
  const parent = dirname(target);
  setInterval(() => {
    if (!existsSync(parent)) return;
    const drafts = readdirSync(parent).filter((name) => name.endsWith('.tmp'));
    if (drafts.some((name) => existsSync(join(parent, name, 'onnx/model.onnx'))))
      process.kill(process.pid, 'SIGKILL');
  }, 1);
}

async function run(): Promise<void> {
  const encoder = await loadEncoder(base);
  const tokenizer = await Tokenizer.load(base);
  const model = await trainedModel({ dir: base, encoder, tokenizer }, 'bitfit', { layers: [0] });
  if (when === 'writing') dieWhenWriting();
  await exportModel(
    {
      ...model,
      result: () => {
        process.kill(process.pid, 'SIGKILL');
        return new Promise(() => {});
      },
    },
    target,
  );
}

void run();
