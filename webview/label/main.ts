/** The label panel's page: one element, connected to the extension host. */
import '../shared/panel.css';
import './label.css';
import type { LabelPanelNotifications, LabelPanelRequests } from '../../extension/protocol/labelPanelApi';
import { connectHost } from '../shared/host';
import { NanonetLabel } from './labelPanel';

const panel = document.querySelector('nanonet-label');
if (panel instanceof NanonetLabel) {
  void panel.connect(connectHost<LabelPanelRequests, LabelPanelNotifications, object>('label/state'));
}
