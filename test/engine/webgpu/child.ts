/** Runs one graph on one device in a process of its own, since a graphics driver can take its process with it. */
import { Session, type SessionDevice } from '../../../extension/engine/runtime/session';
import type { Tensor } from '../../../extension/engine/runtime/tensor';

export interface Job {
  readonly model: Uint8Array;
  readonly feeds: Record<string, Tensor>;
  readonly device: SessionDevice;
}

export type Answer = { readonly outputs: Record<string, Tensor> } | { readonly error: string };

process.once('message', (job: Job) => {
  run(job)
    .catch((error: unknown): Answer => ({ error: String(error) }))
    .then((answer) => process.send?.(answer, () => process.disconnect()))
    .catch(() => process.exit(1));
});

async function run({ model, feeds, device }: Job): Promise<Answer> {
  const session = await Session.create(model, { device });
  try {
    return { outputs: await session.run(feeds) };
  } finally {
    await session.dispose();
  }
}
