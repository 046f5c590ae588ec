/** Labelling: what the product asks for first. */
import { line } from './framework';
import { labellingOrder } from './lines/labellingOrder';

line(3, "Labels in the product's order teach more than as many in random order", labellingOrder);
