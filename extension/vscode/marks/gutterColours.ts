/**
 * The gutter takes pictures, which know no theme colours, so these repeat `nanonet.label1` ... of package.json.
 * A test compares them.
 */
export const gutterColours: readonly (readonly [dark: string, light: string])[] = [
  ['#5cb3ff', '#0063b1'],
  ['#f2a541', '#a85800'],
  ['#3fcb9b', '#00734f'],
  ['#d19ae8', '#8a3fa0'],
  ['#ff8a70', '#b8321a'],
  ['#e6d44a', '#776400'],
  ['#7adcf0', '#00788c'],
  ['#b8bdc6', '#5a6270'],
];
