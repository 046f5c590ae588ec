/** What the texts of `labelWorkspace` are: the answer key of a simulated model. */
export function ticketKey(text: string): string {
  return /is fine now|made my day/.test(text) ? 'praise' : 'complaint';
}
