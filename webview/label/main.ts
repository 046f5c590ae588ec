/** The label panel's page: one element, connected to the extension host. */
import '../shared/panel.css';
import './label.css';
import './map/map.css';
import type { LabelPanelNotifications, LabelPanelRequests } from '../../extension/protocol/labelPanelApi';
import { connectHost } from '../shared/host';
import { NanonetLabel } from './labelPanel';
import type { LabelMemory } from './talk';

const panel = document.querySelector('nanonet-label');
if (panel instanceof NanonetLabel) {
  void panel.connect(connectHost<LabelPanelRequests, LabelPanelNotifications, LabelMemory>('label/state'));
}
