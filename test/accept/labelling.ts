/** Labelling: by keyboard alone, without losing anything, the most useful texts first. */
import { line } from './framework';
import { labellingOrder } from './lines/labellingOrder';
import { readersHold } from './lines/readers';
import { manyTexts } from './lines/manyTexts';
import { exportIsIdentity, keyboardAlone, nothingIsLost } from './lines/labelPanel';

line(1, 'A hundred texts labelled by keyboard alone in a real VS Code, without waiting', keyboardAlone);
line(2, 'Killed or out of space at any moment, no acknowledged label is lost', nothingIsLost);
line(3, "Labels in the product's order teach more than as many in random order", labellingOrder);
line(4, 'Hostile files end with texts or clear problems, in bounded time and memory', readersHold);
line(5, 'Labels that are exported and imported are the same', exportIsIdentity);
line(
  6,
  'A table of 200,000 rows on the desk: bounded memory, and a label costs the same beside many',
  manyTexts,
);
