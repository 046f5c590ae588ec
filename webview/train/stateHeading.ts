/** What the head of the panel says and offers in each state. */
import type { TrainPanelState } from '../../extension/protocol/panelApi';
import type { TrainSnapshot } from '../../extension/protocol/snapshot';
import { percent, share, timeLeft, unlabelledTexts, whole } from './format';
import type { Action, Heading } from './views/heading';
import { words } from './words';

/** A wish that was sent and has not shown its effect yet. */
export type Wish = 'train' | 'cancel' | 'pause' | 'resume';

export interface Wishes {
  readonly train: () => void;
  readonly cancel: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly showLog: () => void;
  readonly compare: () => void;
}

export function headingOf(panel: TrainPanelState, wish: Wish | undefined, wishes: Wishes): Heading {
  const title = panel.classifier;
  const { snapshot, blocked, previous } = panel;
  const trainButton = (label: string, isPrimary = true): Action => ({
    id: 'train',
    label: wish === 'train' ? words.starting : label,
    run: wishes.train,
    isPrimary,
    isDisabled: wish === 'train' || blocked !== undefined,
  });

  const cancelButton: Action = {
    id: 'cancel',
    label: wish === 'cancel' ? words.cancelling : words.cancel,
    run: wishes.cancel,
    isDisabled: wish === 'cancel',
  };

  if (snapshot === undefined) {
    const status = blocked === undefined ? words.readyToTrain : words.notReady;
    return { title, status, actions: [trainButton(words.train)] };
  }
  const status = words.runStates[snapshot.state];
  switch (snapshot.state) {
    case 'running':
      return {
        title,
        status,
        detail: progressOf(snapshot),
        actions: [
          {
            id: 'pause',
            label: wish === 'pause' ? words.pausing : words.pause,
            run: wishes.pause,
            isDisabled: wish !== undefined,
          },
          cancelButton,
        ],
      };
    case 'paused':
      return {
        title,
        icon: { name: 'debug-pause', tone: 'quiet' },
        status,
        note: words.paused(words.stageNames[snapshot.stage], percent(snapshot.fraction)),
        actions: [
          {
            id: 'resume',
            label: wish === 'resume' ? words.resuming : words.resume,
            run: wishes.resume,
            isPrimary: true,
            isDisabled: wish !== undefined,
          },
          cancelButton,
        ],
      };
    case 'done':
      return {
        title,
        icon: { name: 'pass', tone: 'good' },
        status,
        detail: words.learntFrom(whole(snapshot.counts.labelled), unlabelledTexts(snapshot.counts)),
        ...(previous && {
          note: words.previous(
            previous.name,
            whole(previous.labelled),
            previous.accuracy === undefined ? undefined : share(previous.accuracy),
          ),
        }),
        actions: [
          ...(previous ? [{ id: 'compare', label: words.compare(previous.name), run: wishes.compare }] : []),
          trainButton(words.trainAgain, false),
        ],
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
