/** Close to the machine's limit: training, devices, the small model, scale. Needs Debian's python3-torch and libopenblas0. */
import { line } from './framework';
import { exportedFolder, inference } from './lines/smallModel';
import { devices } from './lines/engine';
import { millionTexts } from './lines/scale';
import { newsTraining, trainingStep } from './lines/trainingSpeed';

line(1, "A training step: at most a third of PyTorch's time, near the machine's peak", trainingStep);
line(2, 'nanonet train on ag_news, all included, and the part of each saving', newsTraining);
line(3, 'The exported student beside transformers.js with MiniLM', inference);
line(4, 'The exported folder is small and loads quickly', exportedFolder);
line(5, 'WebGPU: the same numbers, no tensor left on the device, a wrong or lost device is left', devices);
line(6, 'A million short texts', millionTexts);
