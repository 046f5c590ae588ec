/** A person who labels at random: any sequence of what the label panel offers, from a seed. */
import type { LabelDefinition } from '../../../extension/project/classifier';
import { hashOf } from '../../../extension/project/labelEntry';
import type { LabelJournal, Said } from '../../../extension/project/labelJournal';
import { addLabels, deleteLabel, editLabel, mergeLabels, swapped } from '../../../extension/project/labelSet';

/** Numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const texts = Array.from({ length: 9 }, (_, at) => ({
  path: `mails/${at}.txt`,
  text: `Text ${at}: für Ada & مرحبا, a few words`,
}));

/** Does `steps` things to the journal. @returns the label set in the end */
export async function scribble(
  journal: LabelJournal,
  steps: number,
  draw: () => number,
): Promise<readonly LabelDefinition[]> {
  const one = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
  let labels: readonly LabelDefinition[] = [{ name: 'a' }, { name: 'b', key: '2' }, { name: 'c' }];
  let named = 0;
  const change = async (made: ReturnType<typeof addLabels>): Promise<void> => {
    await journal.changeSet(made);
    labels = made.now;
  };
  const toggle = async (way: 'undo' | 'redo'): Promise<void> => {
    const edit = await journal[way]();
    if (edit?.op !== 'set') return;
    labels = way === 'undo' ? swapped(labels, edit.now, edit.was) : swapped(labels, edit.was, edit.now);
  };
  const say = async (said: Said): Promise<void> => void (await journal.say([{ target: one(texts), said }]));
  const label = (): Said => ({ op: 'label', label: one(labels).name });
  const moves: (() => Promise<unknown>)[] = [
    () => say(label()),
    () => say(label()),
    () => say({ op: 'none' }),
    () => say({ op: 'skip' }),
    () => say({ op: 'clear' }),
    () => say({ op: 'note', note: draw() < 0.2 ? '' : `note ${Math.floor(draw() * 1000)}` }),
    () => journal.say(texts.slice(0, 3).map((target) => ({ target, said: label() }))),
    () =>
      journal.label(
        { ...one(texts), range: { start: 5, end: 5 + 1 + Math.floor(draw() * 9) } },
        one(labels).name,
      ),
    () => change(addLabels(labels, [{ name: `l${(named += 1)}` }])),
    () => {
      const { name } = one(labels);
      return change(editLabel(labels, name, { name: `l${(named += 1)}` }));
    },
    async () => {
      if (labels.length > 2) await change(mergeLabels(labels, [one(labels).name], one(labels).name));
    },
    async () => {
      if (labels.length > 2) await change(deleteLabel(labels, one(labels).name));
    },
    () => toggle('undo'),
    () => toggle('undo'),
    () => toggle('redo'),
  ];
  for (let step = 0; step < steps; step += 1) await one(moves)();
  return labels;
}

/** Everything that a journal says, as plain values. */
export function saidBy(journal: LabelJournal): unknown {
  const { state } = journal;
  return {
    said: journal.said,
    counts: [...state.counts()],
    decisions: texts.map(({ path, text }) => {
      const { found, lost } = state.passages(path, text);
      return [state.documentLabel(path), state.noteOn({ path, hash: hashOf(text) }), found, lost];
    }),
    lastSetChange: journal.lastSetChange,
    canUndo: journal.canUndo,
    canRedo: journal.canRedo,
  };
}
