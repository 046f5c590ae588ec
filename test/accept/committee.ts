/** The committee: many agents label, one small model absorbs them. */
import { line } from './framework';
import { oneModel } from './lines/committee';
import { oneModelAboveModels } from './lines/simulatedCommittee';
import { committeeLift, endpointFaults, injectedOrders, nothingBeforeConsent } from './lines/simulatedModels';

line(
  1,
  'Without a language model: the one model is above the committee that taught it, and reward teaches it to doubt',
  oneModel,
);
line(2, 'Judges and reflector lift simulated language models as computed', committeeLift);
line(3, 'Each fault of an endpoint ends in a clear state, and nothing is asked twice', endpointFaults);
line(4, 'Nothing is sent before a person agrees', nothingBeforeConsent);
line(5, 'Orders in texts move no labels', injectedOrders);
line(6, 'One model above the committee with simulated language models in it', oneModelAboveModels);
