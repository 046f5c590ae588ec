/**
 * `node scripts/bench.mjs descriptions [--set trec6 --splits 10-1,10-2]`: the exported student on the texts of the pool that have no
 * label, without and with descriptions of the labels.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Evaluation } from '../../extension/protocol/engineApi';
import { nanonet, othersFile, splitFile } from '../accept/lines/benchmarkSets';
import { percent } from '../accept/lines/figures';
import { repository, testOutput } from '../editor/harness/places';

const { values } = parseArgs({
  options: { set: { type: 'string', default: 'trec6' }, splits: { type: 'string', default: '10-1,10-2' } },
});
const { set } = values;
const descriptions = join(repository, 'test', 'bench', 'descriptions', `${set}.json`);

for (const split of values.splits.split(',')) {
  const data = await splitFile(set, split);
  const others = await othersFile(set, split);
  for (const options of [[], ['--descriptions', descriptions]]) {
    const model = join(testOutput, 'bench', 'descriptions', `${set}-${split}`);
    await rm(model, { recursive: true, force: true });
    await rm(`${model}.run`, { recursive: true, force: true });
    await nanonet('train', data, '--out', model, '--json', ...options);
    const { accuracy, macroF1, ece } = JSON.parse(
      await nanonet('evaluate', model, others, '--json'),
    ) as Evaluation;
    const how = options.length > 0 ? 'with' : 'without';
    console.log(
      `${set} ${split} ${how} descriptions: ${percent(accuracy)} right, macro F1 ${percent(macroF1)}, calibration error ${percent(ece)}`,
    );
  }
}
