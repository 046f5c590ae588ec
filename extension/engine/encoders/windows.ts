/** Share of a window that it has in common with the next one, at least. */
const overlap = 1 / 8;

/**
 * Where the windows over `length` tokens begin: 0 alone if they fit into one, else evenly spaced from 0 to
 * `length - room`, as few as leave the overlap.
 *
 * @param room tokens of a window, 1 or more
 */
export function windowStarts(length: number, room: number): number[] {
  if (length <= room) return [0];
  const stride = Math.max(1, room - Math.ceil(room * overlap));
  const gaps = Math.ceil((length - room) / stride);
  return Array.from({ length: gaps + 1 }, (_, i) => Math.round((i * (length - room)) / gaps));
}
