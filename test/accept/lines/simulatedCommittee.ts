/** The whole committee with simulated language models in it, by the command line: what its agents, the committee and the one model are worth. */
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CommitteeResult } from '../../../extension/protocol/committeeApi';
import { SimulatedServer } from '../../chat/simulatedServer';
import { outputFolder, repository } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { givenRows, readRows } from './benchmarkSets';
import { percent } from './figures';

const set = 'ag_news';
const split = '10-1';
const unlabelled = 400;
const tested = 500;
/** Of the simulated model, which proposes, judges and settles. */
const skill = { proposes: 0.8, reflects: 0.8, sensitivity: 0.8, specificity: 0.9 };

/** One model that learns from a committee with simulated language models, beside that committee; on texts that neither has seen. */
export async function oneModelAboveModels(): Promise<Measured> {
  const given = await givenRows(set, split);
  const known = new Set(given.map(({ text }) => text));
  const pool = (await readRows(set, 'pool')).filter(({ text }) => !known.has(text)).slice(0, unlabelled);
  const test = (await readRows(set, 'test')).slice(0, tested);
  const single = (text: string): string => text.replace(/\s+/g, ' ');
  const key = new Map([...given, ...pool, ...test].map(({ text, label }) => [single(text), label ?? null]));
  const folder = await outputFolder('accept');
  const [data, testFile, out] = ['data.jsonl', 'test.jsonl', 'model'].map((name) =>
    join(folder, `simulated-committee-${name}`),
  ) as [string, string, string];
  const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(data, lines([...given, ...pool.map(({ text }) => ({ text }))]));
  await writeFile(testFile, lines(test));
  for (const path of [out, `${out}.run`]) await rm(path, { recursive: true, force: true });
  const server = await SimulatedServer.start({
    skill: { ...skill, answerKey: (text) => key.get(single(text)) ?? null },
  });
  try {
    const cli = join(repository, 'dist', 'cli.js');
    const args = [cli, 'committee', data, '--out', out, '--test', testFile, '--json', '--yes'];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...args, '--endpoint', server.url, '--model', 'small', '--concurrency', '8'],
      { maxBuffer: 64 << 20 },
    );
    const { rows, stopped, trust } = JSON.parse(stdout) as CommitteeResult;
    const of = (id: string): number => rows.find((row) => row.id === id)?.accuracy ?? 0;
    return {
      figure:
        `a simulated model that proposes ${percent(skill.proposes)} right, ${server.received.length} questions, trusted by ` +
        `${percent(trust['small'] ?? 0)}; on ${tested} texts: ` +
        rows.map(({ id, accuracy }) => `${id} ${percent(accuracy)}`).join(', '),
      ok: stopped.length === 0 && (trust['small'] ?? 0) > 0 && of('model') > of('committee'),
    };
  } finally {
    await server.stop();
  }
}
