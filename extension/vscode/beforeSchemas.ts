/**
 * Imported before any schema is made. By itself zod tries `new Function` and looks at `navigator`, and VS Code reports
 * the latter as a mistake of the extension.
 */
import { config } from 'zod/mini';

config({ jitless: true });
