/** Training: what it says of itself afterwards. */
import { line } from './framework';
import { deletedWords } from './lines/explanations';
import { wrongLabels } from './lines/labelErrors';
import { honestFigures } from './lines/reports';

line(2, 'The reported accuracy and the scores are honest', honestFigures);
line(3, 'Wrong labels are found', wrongLabels);
line(4, 'Without the words that decided, the answer wavers', deletedWords);
