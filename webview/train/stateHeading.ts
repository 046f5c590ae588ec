/** What the head of the panel says and offers in each state. */
import type { TrainPanelState } from '../../extension/protocol/panelApi';
import type { TrainSnapshot } from '../../extension/protocol/snapshot';
import { percent, timeLeft, unlabelledTexts, whole } from './format';
import type { Action, Heading } from './views/heading';
import { words } from './words';

/** A wish that was sent and has not shown its effect yet. */
export type Wish = 'train' | 'cancel';

export interface Wishes {
  readonly train: () => void;
  readonly cancel: () => void;
  readonly showLog: () => void;
}

export function headingOf(panel: TrainPanelState, wish: Wish | undefined, wishes: Wishes): Heading {
  const title = panel.classifier;
  const { snapshot, blocked } = panel;
  const trainButton = (label: string, isPrimary = true): Action => ({
    id: 'train',
    label: wish === 'train' ? words.starting : label,
    run: wishes.train,
    isPrimary,
    isDisabled: wish === 'train' || blocked !== undefined,
  });

  if (snapshot === undefined) {
    const status = blocked === undefined ? words.readyToTrain : words.notReady;
    return { title, status, actions: [trainButton(words.train)] };
  }
  const status = words.runStates[snapshot.state];
  switch (snapshot.state) {
    case 'running': {
      const isCancelling = wish === 'cancel';
      const label = isCancelling ? words.cancelling : words.cancel;
      return {
        title,
        status,
        detail: progressOf(snapshot),
        actions: [{ id: 'cancel', label, run: wishes.cancel, isDisabled: isCancelling }],
      };
    }
    case 'done':
      return {
        title,
        icon: { name: 'pass', tone: 'good' },
        status,
        detail: words.learntFrom(whole(snapshot.counts.labelled), unlabelledTexts(snapshot.counts)),
        actions: [trainButton(words.trainAgain, false)],
      };
    case 'failed':
      return {
        title,
        icon: { name: 'error', tone: 'bad' },
        status,
        note: snapshot.error?.message ?? words.unknownFailure,
        actions: [
          { id: 'showLog', label: words.showLog, run: wishes.showLog },
          trainButton(words.trainAgain),
        ],
      };
    case 'cancelled':
      return {
        title,
        icon: { name: 'circle-slash', tone: 'quiet' },
        status,
        note: words.stoppedIn(words.stageNames[snapshot.stage], percent(snapshot.fraction)),
        actions: [trainButton(words.train)],
      };
    case 'interrupted':
      return {
        title,
        icon: { name: 'debug-pause', tone: 'quiet' },
        status,
        note: words.resumesFrom(words.stageNames[snapshot.stage], percent(snapshot.fraction)),
        actions: [trainButton(words.resume)],
      };
  }
}

function progressOf(snapshot: TrainSnapshot): string {
  const left = snapshot.remainingMs === undefined ? undefined : timeLeft(snapshot.remainingMs);
  return words.progress(percent(snapshot.fraction), left);
}
