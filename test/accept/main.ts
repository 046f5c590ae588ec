/** The main job, end to end: label, train, classify, in a real VS Code and from a terminal. */
import { line } from './framework';
import { editorSuite, hostFigures } from './lines/editor';
import { freshClone } from './lines/freshClone';

line(1, 'In a fresh clone, npm start trains the sample and npm test passes', freshClone);
line(7, 'In a real VS Code: label, train, watch, classify, undo', editorSuite);
line(8, 'Activation is quick, and the extension host never blocks while the engine trains', hostFigures);
