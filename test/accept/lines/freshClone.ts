import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainResult, TrainSnapshot } from '../../../extension/protocol/snapshot';
import { repository } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { minutes, percent } from './figures';

const longestTrainingMs = 4 * 60_000;
const longestTestsMs = 15 * 60_000;

/**
 * The two commands in a clone of what is committed, with nothing that another run left: own npm cache, own test tools.
 */
export async function freshClone(): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-clone-'));
  try {
    const clone = join(folder, 'nanonet');
    await call('git', ['clone', '--quiet', repository, clone], folder);
    const start = await call('npm', ['start'], clone);
    const { result, chosen } = await trained(join(clone, 'sample'));
    const student = result.rows.find(({ id }) => id === chosen)?.accuracy ?? 0;
    const regression = result.rows.find(({ id }) => id === 'regression')?.accuracy ?? 1;
    const tests = await call('npm', ['test'], clone);
    return {
      figure:
        `npm start ${minutes(start.ms)}, training ${minutes(result.durationMs)} (at most ${minutes(longestTrainingMs)}); ` +
        `student ${percent(student)}, logistic regression ${percent(regression)} on ${result.measuredOn}; ` +
        `npm test ${minutes(tests.ms)} (at most ${minutes(longestTestsMs)}): ${tests.lastLine}`,
      ok: result.durationMs <= longestTrainingMs && student > regression && tests.ms <= longestTestsMs,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `npm start` left in the sample project. */
async function trained(sample: string): Promise<{ result: TrainResult; chosen: string | undefined }> {
  const home = join(sample, '.nanonet', 'mail');
  const model = JSON.parse(await readFile(join(home, 'models', 'v1', 'nanonet.json'), 'utf8')) as {
    result: TrainResult;
  };
  const snapshotFile = join(home, 'runs', 'v1', 'snapshot.json');
  const snapshot = JSON.parse(await readFile(snapshotFile, 'utf8')) as TrainSnapshot;
  return { result: model.result, chosen: snapshot.members.find(({ chosen }) => chosen)?.id };
}

/** @throws Error with the end of what it said, when it does not exit with 0 */
function call(program: string, args: string[], cwd: string): Promise<{ ms: number; lastLine: string }> {
  // What this process was started with (`npm run accept`) is not what a person's shell has.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|INIT_CWD)/i.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    npm_config_cache: join(cwd, '..', 'npm-cache'),
    NANONET_TEST_CACHE: join(cwd, '..', 'test-tools'),
  };
  const start = performance.now();
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const lastLine = stdout.trim().split('\n').at(-1) ?? '';
      if (error === null) resolve({ ms: performance.now() - start, lastLine });
      else reject(new Error(`${program} ${args.join(' ')}: ${stdout.slice(-2000)}\n${stderr.slice(-2000)}`));
    });
  });
}
