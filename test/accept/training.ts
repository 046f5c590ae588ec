/** Training that people can watch and steer, and what it says of itself afterwards. */
import { line } from './framework';
import { deletedWords } from './lines/explanations';
import { wrongLabels } from './lines/labelErrors';
import { honestFigures } from './lines/reports';
import { panelDraws, panelLooks, trainingSurvives } from './lines/trainingPanel';

line(
  1,
  'Left, reloaded, paused and cancelled in a real VS Code, a training ends as if nobody had',
  trainingSurvives,
);
line(2, 'The reported accuracy and the scores are honest', honestFigures);
line(3, 'Wrong labels are found', wrongLabels);
line(4, 'Without the words that decided, the answer wavers', deletedWords);
line(
  5,
  'The panel draws 10,000 snapshots at 30 frames a second or more, and its charts are tables too',
  panelDraws,
);
line(6, 'The panel looks as its golden pictures in light, dark and high contrast', panelLooks);
