import type { TrainSnapshot } from '../../protocol/snapshot';
import { replaceFile } from './atomicFile';

/** A run that is killed leaves what was to be seen of it at most this long before. */
const storeEveryMs = 2000;

/**
 * Passes snapshots on, and keeps the newest one in the run folder, so that who opens the folder next sees the same: at once
 * where the stage or the state is another one, else now and then.
 */
export class SnapshotKeeper {
  private newest: TrainSnapshot | undefined;
  private stored: TrainSnapshot | undefined;
  private storedAt = -Infinity;
  private writing: Promise<void> = Promise.resolve();
  private failure: Error | undefined;

  constructor(
    private readonly path: string,
    private readonly onProgress: (snapshot: TrainSnapshot) => void,
    private readonly now: () => number,
  ) {}

  take(snapshot: TrainSnapshot): void {
    this.newest = snapshot;
    this.onProgress(snapshot);
    const isNew = snapshot.state !== this.stored?.state || snapshot.stage !== this.stored.stage;
    if (isNew || this.now() - this.storedAt >= storeEveryMs) this.write();
  }

  /** Resolves when the newest is on the disk. @throws what a write since the last call failed with */
  async store(): Promise<void> {
    this.write();
    await this.writing;
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
  }

  /** One write at a time, in order; one that waits its turn writes what is newest then. */
  private write(): void {
    if (this.newest === this.stored) return;
    this.stored = this.newest;
    this.storedAt = this.now();
    this.writing = this.writing.then(async () => {
      try {
        await replaceFile(this.path, JSON.stringify(this.newest));
      } catch (error) {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
      }
    });
  }
}
