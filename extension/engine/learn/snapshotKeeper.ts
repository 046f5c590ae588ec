import type { TrainSnapshot } from '../../protocol/snapshot';
import { replaceFile } from './atomicFile';

/** Passes snapshots on, and keeps the newest one in the run folder at the places where that is worth a write. */
export class SnapshotKeeper {
  private newest: TrainSnapshot | undefined;

  constructor(
    private readonly path: string,
    private readonly onProgress: (snapshot: TrainSnapshot) => void,
  ) {}

  take(snapshot: TrainSnapshot): void {
    this.newest = snapshot;
    this.onProgress(snapshot);
  }

  async store(): Promise<void> {
    if (this.newest) await replaceFile(this.path, JSON.stringify(this.newest));
  }
}
