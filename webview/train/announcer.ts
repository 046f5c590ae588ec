/** What a screen reader says of a run: changes of stage, each tenth of the way, and the end. Nothing else. */
import type { TrainSnapshot } from '../../extension/protocol/snapshot';
import { percent, share } from './format';
import { chosenRow } from './chosen';
import { words } from './words';

export class Announcer {
  private isOpen = false;
  private last: TrainSnapshot | undefined;
  private spokenTenth = 0;

  /**
   * Hears every snapshot that is drawn.
   *
   * @returns what to say now; undefined is silence. What is there when the page opens is read with the page.
   */
  next(snapshot: TrainSnapshot | undefined): string | undefined {
    const before = this.last;
    const wasOpen = this.isOpen;
    this.last = snapshot;
    this.isOpen = true;
    if (snapshot === undefined) return undefined;
    const tenth = Math.floor(snapshot.fraction * 10 + 1e-9);
    const isOther = before?.runId !== snapshot.runId || before.state !== snapshot.state;
    const isNews = isOther || before.stage !== snapshot.stage || tenth > this.spokenTenth;
    this.spokenTenth = isOther ? tenth : Math.max(tenth, this.spokenTenth);
    return wasOpen && isNews ? sentence(snapshot, tenth) : undefined;
  }
}

function sentence(snapshot: TrainSnapshot, tenth: number): string {
  switch (snapshot.state) {
    case 'running':
      return words.spoken.stage(words.stageNames[snapshot.stage], percent(tenth / 10));
    case 'done': {
      const row = chosenRow(snapshot);
      return words.spoken.done(row === undefined ? undefined : share(row.accuracy));
    }
    case 'failed':
      return words.spoken.failed(snapshot.error?.message ?? words.unknownFailure);
    case 'paused':
    case 'cancelled':
    case 'interrupted':
      return `${words.runStates[snapshot.state]}.`;
  }
}
