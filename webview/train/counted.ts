/** Number and what it counts: `counted('1', 'text')` is "1 text". */
export function counted(count: string, noun: string): string {
  return `${count} ${noun}${count === '1' ? '' : 's'}`;
}
