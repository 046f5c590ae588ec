/** What the panel and its host say to each other, and what the person is told of it. */
import { messageOf } from '../../extension/protocol/appError';
import type {
  Acknowledged,
  LabelPanelNotifications,
  LabelPanelRequests,
  LabelPanelState,
  PanelView,
} from '../../extension/protocol/labelPanelApi';
import type { Host } from '../shared/host';
import type { MapMemory } from './map/mapMemory';
import { Shown } from './shown';

/** Where the person is looking. */
export interface LabelMemory {
  readonly map?: MapMemory;
}

export type LabelHost = Host<LabelPanelRequests, LabelPanelNotifications, LabelMemory>;

export class Talk {
  readonly shown = new Shown();
  /** What went wrong with the last key, until the next one. */
  problem: string | undefined;
  /** For screen readers. */
  spoken = '';
  private connected: LabelHost | undefined;

  /** @param changed something is to be drawn anew */
  constructor(private readonly changed: () => void) {}

  get host(): LabelHost | undefined {
    return this.connected;
  }

  async connect(host: LabelHost): Promise<void> {
    this.connected = host;
    host.client.on('label/state', (next) => this.take(next));
    try {
      this.take(await host.client.request('label/ready', {}));
    } catch (error) {
      this.fail(error);
    }
  }

  /** @returns the host's answer; undefined when it refused, and then its sentence is shown */
  async ask<M extends keyof LabelPanelRequests>(
    method: M,
    params: LabelPanelRequests[M][0],
  ): Promise<LabelPanelRequests[M][1] | undefined> {
    if (this.host === undefined) return undefined;
    this.problem = undefined;
    try {
      const done = await this.host.client.request(method, params);
      if (isAcknowledged(done)) this.shown.acknowledge(done);
      this.changed();
      return done;
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  async view(view: PanelView): Promise<void> {
    const state = await this.ask('label/view', { view });
    if (state) this.take(state);
  }

  speak(sentence: string): void {
    this.spoken = sentence;
    this.changed();
  }

  fail(error: unknown): void {
    this.problem = messageOf(error);
    this.changed();
  }

  private take(next: LabelPanelState): void {
    if (this.shown.take(next)) this.changed();
  }
}

function isAcknowledged(done: unknown): done is Acknowledged {
  return typeof done === 'object' && done !== null && 'turn' in done;
}
