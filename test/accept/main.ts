/** The main job, end to end: label, train, classify, in a real VS Code and from a terminal. */
import { line } from './framework';
import { ablation, tenLabels } from './lines/accuracy';
import { editorSuite, hostFigures } from './lines/editor';
import { gradientsOnWebGpu, killedInTheMiddle, parity } from './lines/engine';
import { freshClone } from './lines/freshClone';

line(1, 'In a fresh clone, npm start trains the sample and npm test passes', freshClone);
line(2, 'Ten labels a class: accuracy on the full test, with the same settings', tenLabels);
line(3, 'Ablation: each part helps', ablation);
line(4, 'The step graph gives the same gradients on the CPU and on WebGPU', gradientsOnWebGpu);
line(5, 'transformers.js gives the same answers from the exported folder', parity);
line(6, 'Killed in the middle, training goes on and ends with the same figures', killedInTheMiddle);
line(7, 'In a real VS Code: label, train, watch, classify, undo', editorSuite);
line(8, 'Activation is quick, and the extension host never blocks while the engine trains', hostFigures);
