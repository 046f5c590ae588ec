/** A committee's run: its agents label the texts, and one small model learns from their work, first by example, then by reward. */
import { createReadStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, CancelledError } from '../../protocol/appError';
import { innerAgents, type CommitteeParams, type CommitteeResult } from '../../protocol/committeeApi';
import { givenClass } from '../../protocol/engineApi';
import { jsonRows } from '../../protocol/jsonLines';
import type { TrainResult, TrainSnapshot } from '../../protocol/snapshot';
import { replaceFile } from '../learn/atomicFile';
import { train, type RunSurroundings } from '../learn/trainingRun';
import { CommitteeGuide } from './guide';
import { Inquiry, type AgentCaller } from './inquiry';
import { Rules } from './rules';

/** What abstaining is worth where nobody said it: an answer has to be right as often as wrong. */
const usualPrice = 0.5;

/**
 * Labels the texts, and unless `labelOnly` trains the one model. A function of data, settings, rules and what outside agents answer:
 * interrupted and called again, it goes on from its run folder and asks nothing twice.
 * @throws AppError, CancelledError
 */
export async function runCommittee(
  params: CommitteeParams,
  around: RunSurroundings,
  agents: AgentCaller,
): Promise<CommitteeResult> {
  const { abstainPrice: price = usualPrice, labelOnly = false, ...settings } = params.settings;
  if (!(price > 0 && price < 1))
    throw new AppError('settings/invalid', `"abstainPrice" is ${price}; give a share between 0 and 1.`);
  for (const { name } of params.agents) {
    if (!(innerAgents as readonly string[]).includes(name)) continue;
    throw new AppError(
      'settings/invalid',
      `An agent may not be called "${name}": the engine has one of that name.`,
    );
  }
  await checkRules(params);
  await mkdir(params.runDir, { recursive: true });
  // Labelling alone is a run that ends when its labels are there.
  const enough = new AbortController();
  const inquiry = await Inquiry.open(params.runId, agents, join(params.runDir, 'answers.jsonl'));
  const guide = new CommitteeGuide(params, price, inquiry, around.signal, () => {
    if (labelOnly) enough.abort();
  });
  let model: TrainResult | undefined;
  let last: TrainSnapshot | undefined;
  try {
    model = await train(
      { ...params, settings },
      {
        ...around,
        guide,
        signal: AbortSignal.any([around.signal, enough.signal]),
        onProgress: (snapshot) => {
          last = snapshot;
          if (!enough.signal.aborted || snapshot.state === 'running') around.onProgress(snapshot);
        },
      },
    );
  } catch (error) {
    if (!enough.signal.aborted || around.signal.aborted) throw error;
    if (last) around.onProgress({ ...last, state: 'done', fraction: 1 });
  } finally {
    await inquiry.close();
  }
  const file = join(params.runDir, 'committee.json');
  // A run that was over already has asked nobody: what it said then stands.
  const said = guide.said ?? (JSON.parse(await readFile(file, 'utf8')) as Omit<CommitteeResult, 'model'>);
  if (guide.said) await replaceFile(file, JSON.stringify(said));
  CancelledError.throwIf(around.signal);
  return { ...said, ...(model && { model }) };
}

/** What is wrong with a rule shows before anything is computed. @throws AppError('rules/...') */
async function checkRules({ rules, dataFile }: CommitteeParams): Promise<void> {
  if (!rules) return;
  const labels = new Set<string>();
  for await (const row of jsonRows(createReadStream(dataFile), dataFile)) {
    const label = givenClass(row);
    if (label !== undefined) labels.add(label);
  }
  Rules.read(rules, [...labels].sort());
}
