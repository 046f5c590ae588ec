/** What of a map outlives its page: a tab that is hidden is loaded anew when it comes back. */
import type { ColourBy } from './pointStyles';

export interface MapMemory {
  /** Of the map that it is about. */
  readonly drawn: number;
  readonly camera: { readonly zoom: number; readonly x: number; readonly y: number };
  readonly selected: readonly number[];
  readonly by: ColourBy;
}
