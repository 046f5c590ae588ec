import type { StudentFigures } from '../../../protocol/report';
import { studentGraph, type StudentOptions } from '../../deploy/studentGraph';
import { readingBatches } from '../../encoders/tokenBatches';
import { modelBytes } from '../../graph/serialise';
import { Session } from '../../runtime/session';
import type { Prepared } from '../trainingRun';

/** Texts on which the students' speed is compared, and for how long at most. */
const timedTexts = 128;
const timedMs = 500;

/** Size and speed of a student as it would be exported, in 32 bits. @param now milliseconds */
export async function sizeAndSpeed(
  student: StudentOptions,
  { dataset, tokenizer }: Pick<Prepared, 'dataset' | 'tokenizer'>,
  now: () => number,
  signal: AbortSignal,
): Promise<Pick<StudentFigures, 'sizeBytes' | 'docsPerSecond'>> {
  const model = modelBytes(studentGraph(student).graph);
  const session = await Session.create(model, { device: 'cpu' });
  try {
    const texts = dataset.windows.slice(0, timedTexts);
    const windows = texts.flat();
    let read = 0;
    let elapsed = 0;
    for (const { batch, feeds } of readingBatches(windows, tokenizer.padId)) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const begun = now();
      await session.run(feeds);
      elapsed += now() - begun;
      read += batch.length;
      if (elapsed > timedMs) break;
    }
    const windowsPerText = windows.length / texts.length;
    return {
      sizeBytes: model.length,
      docsPerSecond: (read * 1000) / Math.max(1e-3, elapsed) / windowsPerText,
    };
  } finally {
    await session.dispose();
  }
}
