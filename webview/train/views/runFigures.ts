import type { TemplateResult } from 'lit';
import type { TrainSnapshot } from '../../../extension/protocol/snapshot';
import { clock, share, unlabelledTexts, whole } from '../format';
import { words } from '../words';
import { figures } from './figures';

/** Where a run that has no result yet works, and on what. */
export function runFigures(snapshot: TrainSnapshot): TemplateResult {
  const { counts, device, elapsedMs, neighbourTrust } = snapshot;
  return figures(words.figures.run, [
    { label: words.figures.device, value: words.device(device) },
    { label: words.figures.elapsed, value: clock(elapsedMs) },
    { label: words.figures.labelled, value: whole(counts.labelled) },
    { label: words.figures.unlabelled, value: unlabelledTexts(counts) },
    {
      label: words.figures.neighbourTrust,
      value: neighbourTrust === undefined ? words.missing : share(neighbourTrust),
    },
  ]);
}
