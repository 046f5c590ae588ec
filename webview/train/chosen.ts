import type { ResultRow, TrainSnapshot } from '../../extension/protocol/snapshot';

/** The result row of the model that was exported; undefined before the end, or when nothing could be measured. */
export function chosenRow(snapshot: TrainSnapshot): ResultRow | undefined {
  const chosen = snapshot.members.find((member) => member.chosen);
  return snapshot.result?.rows.find((row) => row.id === chosen?.id);
}
