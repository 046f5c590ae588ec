/** Imported first by `main.ts`, so that it runs before everything else of the bundle. */

/** When the extension's code began to run, on `performance.now()`'s clock. */
export const loadStart = performance.now();
