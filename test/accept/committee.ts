/** The committee: many agents label, one small model absorbs them. */
import { line } from './framework';
import { oneModel } from './lines/committee';

line(
  1,
  'Without a language model: the one model is above the committee that taught it, and reward teaches it to doubt',
  oneModel,
);
