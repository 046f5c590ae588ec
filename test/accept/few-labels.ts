/** Few labels: how right the smallest model is with ten labels a class. Takes a night. */
import { line } from './framework';
import { calibration, everyPart, moreLabels, sameToTheBit, sixSets, timeAndMemory } from './lines/fewLabels';

line(1, 'Ten labels a class on six sets', sixSets);
line(2, 'Thirty labels a class, and all labels', moreLabels);
line(3, 'Ablation: what each part adds', everyPart);
line(4, 'Scores are calibrated', calibration);
line(5, 'Time and memory', timeAndMemory);
line(6, 'Two runs with one seed give the same model', sameToTheBit);
