/** Labelling: by keyboard alone, without losing anything, from many kinds of files. */
import { line } from './framework';
import { exportIsIdentity, keyboardAlone, nothingIsLost } from './lines/labelPanel';

line(1, 'A hundred texts labelled by keyboard alone in a real VS Code, without waiting', keyboardAlone);
line(2, 'Killed or out of space at any moment, no acknowledged label is lost', nothingIsLost);
line(5, 'Labels that are exported and imported are the same', exportIsIdentity);
