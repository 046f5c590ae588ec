import type { PanelNotifications, PanelRequests } from '../../extension/protocol/panelApi';
import type { Host } from '../shared/host';
import type { TabName } from './reportWords';

/** Where the person is looking in the train panel. */
export interface ViewMemory {
  readonly accuracyAsTable?: boolean;
  readonly lossAsTable?: boolean;
  readonly agreementAsTable?: boolean;
  readonly trustedAsTable?: boolean;
  readonly reportTab?: TabName;
  readonly scrollTop?: number;
}

export type TrainHost = Host<PanelRequests, PanelNotifications, ViewMemory>;
