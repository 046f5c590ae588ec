/** Training: what it says of itself afterwards. */
import { line } from './framework';
import { wrongLabels } from './lines/labelErrors';

line(3, 'Wrong labels are found', wrongLabels);
