/** A look at the newest run's folder, cheap enough for every start of the window. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelsDir, runsDir, versionsIn } from '../../project/modelStore';
import type { TrainSnapshot } from '../../protocol/snapshot';
import type { Project } from '../workspace/project';

/** Kept by the engine in the run's folder. */
const snapshotFile = 'snapshot.json';

/** What the newest run said last, when it neither ended nor made a model. */
export async function unfinishedSnapshot(project: Project): Promise<TrainSnapshot | undefined> {
  const version = (await versionsIn(runsDir(project.root, project.name))).at(-1);
  if (version === undefined) return undefined;
  const modelDir = join(modelsDir(project.root, project.name), version);
  const made = await stat(modelDir).catch(() => undefined); // not there: the run was not finished
  if (made) return undefined;
  const json = await readFile(join(runsDir(project.root, project.name), version, snapshotFile), 'utf8').catch(
    () => undefined, // it never got so far
  );
  if (json === undefined) return undefined;
  const snapshot = JSON.parse(json) as TrainSnapshot;
  return snapshot.state === 'running' || snapshot.state === 'interrupted' ? snapshot : undefined;
}
