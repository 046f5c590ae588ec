/** `npm start -- --web`: VS Code in the browser on a folder, with this extension, until Ctrl-C. */
import { once } from 'node:events';
import { repository } from '../test/editor/harness/places';
import { VsCodeServer } from '../test/editor/harness/server';

const [workspace = repository] = process.argv.slice(2);
const server = await VsCodeServer.start({
  workspace,
  extensionDevelopmentPath: repository,
  name: 'web',
  settings: { 'window.autoDetectColorScheme': true, 'git.enabled': true },
});
console.log(`VS Code: ${server.workbenchUrl()} (Ctrl-C ends it)`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await server.stop();
