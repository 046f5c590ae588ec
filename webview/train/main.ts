/** The train panel's page: one element, connected to the extension host. */
import 'uplot/dist/uPlot.min.css';
import './train.css';
import { connectHost } from './host';
import { NanonetTrain } from './trainPanel';

const panel = document.querySelector('nanonet-train');
if (panel instanceof NanonetTrain) {
  const host = connectHost();
  // Scrolling is remembered when it rests: the editor drops a hidden webview and makes it anew.
  window.addEventListener('scrollend', () => host.remember({ scrollTop: window.scrollY }));
  void panel.connect(host);
}
