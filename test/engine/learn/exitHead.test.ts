import { expect, it } from 'vitest';
import { fitExit } from '../../../extension/engine/learn/exitHead';
import { Random } from '../../../extension/engine/learn/random';

const [texts, size, classes] = [600, 8, 3];
const random = Random.of('exit head');
const data = Float32Array.from({ length: texts * size }, () => random.normal());
for (let row = 0; row < texts; row++) {
  const own = data.subarray(row * size, (row + 1) * size);
  const length = Math.hypot(...own);
  own.forEach((x, i) => (own[i] = x / length));
}

/** A student whose label is that of the largest of the first three features, or of others, which the head cannot know. */
function student(isOdd: (row: number) => boolean): { classes: number; data: Float32Array } {
  const answers = new Float32Array(texts * classes).fill(0.02);
  for (let row = 0; row < texts; row++) {
    const own = [...data.subarray(row * size, row * size + classes)];
    const label = isOdd(row) ? random.int(classes) : own.indexOf(Math.max(...own));
    answers[row * classes + label] = 0.96;
  }
  return { classes, data: answers };
}

it('lets many texts leave where the words tell the label, with a bar between certainty and chance', async () => {
  const head = await fitExit(
    { size, data },
    student(() => false),
    1,
  );
  expect(head?.weight).toHaveLength(size * classes);
  expect(head?.threshold).toBeGreaterThan(1 / classes);
  expect(head?.threshold).toBeLessThan(0.95);
});

it('raises the bar with what the head cannot know', async () => {
  const threshold = async (share: number): Promise<number> =>
    (
      await fitExit(
        { size, data },
        student(() => random.uniform() < share),
        1,
      )
    )?.threshold ?? 1;
  expect(await threshold(0.15)).toBeGreaterThan(await threshold(0));
});

it('is left out where the words say nothing', async () => {
  expect(
    await fitExit(
      { size, data },
      student(() => true),
      1,
    ),
  ).toBeUndefined();
});
