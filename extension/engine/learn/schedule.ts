/** What changes with the step. Steps count from 0; shares are of all steps. */

/** Learning rate: rises in a line over the warm-up, then falls in a line to zero. */
export function learningRateAt(step: number, steps: number, peak: number, warmup: number): number {
  const rising = Math.max(1, Math.round(steps * warmup));
  if (step < rising) return (peak * (step + 1)) / rising;
  return (peak * (steps - step)) / Math.max(1, steps - rising);
}

/** From 0 to 1 in a line over the first `share` of the steps, then 1. */
export function rampAt(step: number, steps: number, share: number): number {
  return share <= 0 ? 1 : Math.min(1, step / (steps * share));
}
