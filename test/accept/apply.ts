/** What a model knows, applied: in the editor, by agents, over many files. */
import { line } from './framework';
import { agentSession } from './lines/agentSession';
import { largeWorkspace } from './lines/largeWorkspace';
import { millionRows } from './lines/millionRows';
import { otherPrograms } from './lines/otherPrograms';
import { queueOfDyingParts } from './lines/queue';
import { quickAnswers } from './lines/quickAnswers';

line(1, 'A workspace of 50,000 files is classified while the window stays responsive', largeWorkspace);
line(2, 'A selection has its answer at once, also the first one after a start', quickAnswers);
line(
  3,
  'A million rows are classified in bounded memory, and a command that was killed ends with the same answers',
  millionRows,
);
line(4, 'Agents are served: by the protocol’s own client, and by the editor’s own call', agentSession);
line(6, 'transformers.js gives the labels that nanonet classify gives', otherPrograms);
line(
  5,
  'Four workers of which two are killed, and a Redis that is killed too: every row once, in order',
  queueOfDyingParts,
);
