/** Which text is on the screen: the host's newest word, be it a whole state or the acknowledgement of a key. */
import type { Acknowledged, LabelPanelState, PanelText } from '../../extension/protocol/labelPanelApi';

export class Shown {
  private state: LabelPanelState | undefined;
  private turn = -1;
  private text: PanelText | undefined;

  /** A state of before the text that is shown comes too late; it is dropped. @returns whether it counts */
  take(state: LabelPanelState): boolean {
    if (state.turn < this.turn && state.classifier === this.state?.classifier) return false;
    this.state = state;
    this.turn = state.turn;
    this.text = state.text;
    return true;
  }

  /** Goes on to the acknowledged text; the state that follows brings everything else. */
  acknowledge({ turn, text }: Acknowledged): void {
    if (turn < this.turn) return;
    this.turn = turn;
    this.text = text;
  }

  get current(): PanelText | undefined {
    return this.text;
  }

  get whole(): LabelPanelState | undefined {
    return this.state;
  }
}
