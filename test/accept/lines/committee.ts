/** The committee without a language model: three sets, ten labels a class, three draws of them, on the full tests. */
import { mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitteeResult, CommitteeRow } from '../../../extension/protocol/committeeApi';
import { testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { dataFolder, deviation, mean, measuredOnce, nanonet, splitFile } from './benchmarkSets';
import { percent } from './figures';

const sets = ['ag_news', 'banking77', 'trec6'];
const splits = ['10-1', '10-2', '10-3'];
/** On how many of the sets the one model has to be above its committee by more than the spread. */
const enough = 2;

/** `NANONET_COMMITTEE=trec6:10-1` measures some of the runs alone. */
const only = process.env['NANONET_COMMITTEE']?.split(',');

export async function oneModel(): Promise<Measured> {
  const parts: string[] = [];
  let above = 0;
  let told = 0;
  let measured = 0;
  for (const set of sets) {
    const runs: (readonly CommitteeRow[])[] = [];
    for (const split of splits)
      if (only === undefined || only.includes(`${set}:${split}`)) runs.push(await rowsOf(set, split));
    if (runs.length === 0) continue;
    measured += 1;
    const of = (id: string, figure: 'accuracy' | 'coverage' | 'riskCoverage'): number[] =>
      runs.flatMap((rows) => rows.find((row) => row.id === id)?.[figure] ?? []);
    const [committee, model] = [of('committee', 'accuracy'), of('model', 'accuracy')];
    const spread = Math.max(deviation(committee), deviation(model));
    if (mean(model) - mean(committee) > spread) above += 1;
    if (mean(of('model', 'riskCoverage')) < mean(of('supervised', 'riskCoverage'))) told += 1;
    const ids = runs[0]?.map(({ id }) => id) ?? [];
    const figures = ids.map(
      (id) =>
        `${id} ${percent(mean(of(id, 'accuracy')))} (answers ${percent(mean(of(id, 'coverage')))}, risk-coverage ` +
        `${percent(mean(of(id, 'riskCoverage')))})`,
    );
    parts.push(`${set}, ${runs.length} draws, spread ${(100 * spread).toFixed(1)}: ${figures.join(', ')}`);
  }
  return {
    figure:
      `the one model is above its committee by more than the spread on ${above} of ${measured} (at least ${enough}), its ` +
      `risk-coverage is better by reward on ${told} of ${measured}; ${parts.join('; ')}`,
    ok: above >= enough && told === measured,
  };
}

/** The table of a run through the command line; each run once a build. */
function rowsOf(set: string, split: string): Promise<readonly CommitteeRow[]> {
  const name = `committee-${set}-${split}`;
  const modelDir = join(testOutput, 'accept', 'models', name);
  return measuredOnce(modelDir, async () => {
    await rm(modelDir, { recursive: true, force: true });
    await rm(`${modelDir}.run`, { recursive: true, force: true });
    await mkdir(join(testOutput, 'accept', 'models'), { recursive: true });
    const test = join(dataFolder, set, 'test.jsonl');
    if (!existsSync(test))
      throw new Error(`${test} is not there; set NANONET_DATA to the benchmark sets' folder.`);
    const args = ['--out', modelDir, '--test', test, '--json'];
    const started = performance.now();
    const { rows } = JSON.parse(
      await nanonet('committee', await splitFile(set, split), ...args),
    ) as CommitteeResult;
    const each = rows.map(
      ({ id, accuracy, riskCoverage }) => `${id} ${percent(accuracy)}/${percent(riskCoverage)}`,
    );
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stderr.write(`   ${name}, ${seconds} s: ${each.join(', ')}\n`);
    return rows;
  });
}
