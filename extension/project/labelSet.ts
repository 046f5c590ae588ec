/**
 * Changes of a label set. Each is one entry of the journal, which says what the set was, what it is now and what became
 * of the names: so texts keep their history under any name, and undo brings the old set back. `classifier.json` follows.
 */
import type { LabelDefinition } from './classifier';
import type { SetEdit } from './labelEntry';

/** What the journal writes about a change. */
export type SetChange = Pick<SetEdit, 'was' | 'now' | 'moved'>;
type LabelSet = readonly LabelDefinition[];

/** Another name, key, colour or description for a label; its texts go with it. */
export function editLabel(labels: LabelSet, name: string, label: LabelDefinition): SetChange {
  const now = labels.map((one) => (one.name === name ? label : one));
  return change(labels, now, label.name === name ? {} : { [name]: label.name });
}

/** Labels that become one; `into` is one of them or another of the set. */
export function mergeLabels(labels: LabelSet, names: readonly string[], into: string): SetChange {
  const gone = names.filter((name) => name !== into);
  return change(
    labels,
    labels.filter(({ name }) => !gone.includes(name)),
    Object.fromEntries(gone.map((name) => [name, into])),
  );
}

/** Takes a label away; its texts have none then. */
export function deleteLabel(labels: LabelSet, name: string): SetChange {
  return change(
    labels,
    labels.filter((label) => label.name !== name),
    { [name]: null },
  );
}

/** The set with other labels at its end. */
export function addLabels(labels: LabelSet, more: LabelSet): SetChange {
  return change(labels, [...labels, ...more], {});
}

/**
 * The set after a change was undone or redone: what the change did not touch stays as somebody has made it since.
 *
 * @param from the set on this side of the change, `to` the one on its other side
 */
export function swapped(labels: LabelSet, from: LabelSet, to: LabelSet): LabelDefinition[] {
  const named = (set: LabelSet, name: string): LabelDefinition | undefined =>
    set.find((label) => label.name === name);
  const kept = to.flatMap((label) => {
    const isTouched = JSON.stringify(named(from, label.name)) !== JSON.stringify(label);
    const own = isTouched ? label : named(labels, label.name);
    return own ? [own] : [];
  });
  const added = labels.filter(({ name }) => !named(from, name) && !named(to, name));
  return [...kept, ...added];
}

/**
 * The set that `classifier.json` should have. A process that ended between the journal's line and that file leaves the
 * set from before the change; any other difference is somebody's own.
 *
 * @param last the change that was made, undone or redone last
 */
export function followed(
  labels: LabelSet,
  last: { readonly edit: SetChange; readonly holds: boolean } | undefined,
): LabelSet {
  if (!last) return labels;
  const { was, now } = last.edit;
  const [before, after] = last.holds ? [was, now] : [now, was];
  return JSON.stringify(labels) === JSON.stringify(before) ? after : labels;
}

function change(was: LabelSet, now: LabelSet, moved: Record<string, string | null>): SetChange {
  return { was: [...was], now: [...now], ...(Object.keys(moved).length > 0 && { moved }) };
}
