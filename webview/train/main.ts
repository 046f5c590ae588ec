/** The train panel's page: one element, connected to the extension host. */
import 'uplot/dist/uPlot.min.css';
import '../shared/panel.css';
import './train.css';
import './report.css';
import type { PanelNotifications, PanelRequests } from '../../extension/protocol/panelApi';
import { connectHost } from '../shared/host';
import { NanonetTrain } from './trainPanel';
import type { ViewMemory } from './viewMemory';

const panel = document.querySelector('nanonet-train');
if (panel instanceof NanonetTrain) {
  const host = connectHost<PanelRequests, PanelNotifications, ViewMemory>('panel/state');
  // Scrolling is remembered when it rests: the editor drops a hidden webview and makes it anew.
  window.addEventListener('scrollend', () => host.remember({ scrollTop: window.scrollY }));
  void panel.connect(host);
}
