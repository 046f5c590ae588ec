import { describe, expect, it } from 'vitest';
import type { Encoder } from '../../extension/engine/encoders/encoder';
import type { Dataset } from '../../extension/engine/learn/dataset';
import { ParameterLayout } from '../../extension/engine/learn/parameterLayout';
import { Random } from '../../extension/engine/learn/random';
import { defaultRecipe } from '../../extension/engine/learn/settings';
import { StepFeeds } from '../../extension/engine/learn/stepFeeds';
import type { Cohort } from '../../extension/engine/learn/stepGraph';
import { noAdapter } from '../../extension/engine/peft/adapter';
import type { Member } from '../../extension/engine/peft/member';
import { floats, type Tensor } from '../../extension/engine/runtime/tensor';

const [start, end, mask, pad] = [101, 102, 103, 0];
const classes = 2;
const random = Random.of('step feeds');
/** Each text has words of its own, so that a token says whose it is. */
const windows = Array.from({ length: 60 }, (_, text) => [
  [start, ...Array.from({ length: 4 + random.int(30) }, (_, i) => 1000 + 100 * text + i), end],
]);
const dataset: Dataset = {
  labels: ['a', 'b'],
  names: [],
  windows,
  given: windows.map((_, text) => (text < 10 ? text % 2 : undefined)),
  places: [],
  leftOut: 0,
  meanTokens: 20,
  digest: '',
  windowsDigest: '',
};
const spread = {
  classes,
  data: Float32Array.from({ length: windows.length * classes }, (_, i) => (i % 2 ? 0.25 : 0.75)),
};
const member = (id: string): Member => ({ id, layers: [0], classes, adapter: noAdapter });
const cohort: Cohort = {
  encoder: {} as Encoder,
  teacher: member('teacher'),
  students: [member('student-1'), member('student-2')],
  layout: new ParameterLayout([]),
};
const recipe = { ...defaultRecipe, maskedShare: 0.2, stepTokens: 300 };
const heldOut = [new Set([0]), new Set([1]), new Set([2])];
const feeds = (over: Partial<typeof recipe> = {}): StepFeeds =>
  new StepFeeds(
    cohort,
    { ...recipe, ...over },
    dataset,
    { pad, mask, special: new Set([start, end]) },
    spread,
    heldOut,
  );

type Part = Record<string, Tensor>;

/** The tokens of each row, without padding. */
function rows(part: Part, id: string): number[][] {
  const { shape, data } = part[`input_ids/${id}`] as Tensor;
  const shown = (part[`attention_mask/${id}`] as Tensor).data;
  const [count = 0, tokens = 0] = shape;
  return Array.from({ length: count }, (_, row) =>
    [...data]
      .slice(row * tokens, (row + 1) * tokens)
      .flatMap((token, i) => (Number(shown[row * tokens + i]) === 1 ? [Number(token)] : [])),
  );
}

/** Which text a row shows; undefined when all its words are masked. */
const textOf = (row: readonly number[]): number | undefined => {
  const word = row.find((token) => token >= 1000);
  return word === undefined ? undefined : Math.floor((word - 1000) / 100);
};
const parts = feeds().at(3);
const all = (id: string): number[][] => parts.flatMap((part) => rows(part, id));

describe('StepFeeds', () => {
  it('is a function of seed and step', () => {
    const other = feeds();
    other.at(7);
    expect(other.at(3)).toEqual(parts);
    expect(feeds({ seed: 2 }).at(3)).not.toEqual(parts);
  });

  it('shows each student its own view: some words masked, ends kept', () => {
    const [one, two] = [all('student-1'), all('student-2')];
    expect(one).toHaveLength(recipe.labelledBatch + recipe.unlabelledBatch);
    expect(one.map((row) => row.length)).toEqual(two.map((row) => row.length));
    expect(one).not.toEqual(two);
    for (const row of one) {
      expect([row.at(0), row.at(-1)]).toEqual([start, end]);
      const text = textOf(row);
      if (text === undefined) continue;
      const whole = windows[text]?.[0]?.length ?? 0;
      expect(row).toHaveLength(whole);
      const words = row.filter((token) => token >= 1000);
      expect(words).toEqual(words.toSorted((a, b) => a - b));
    }
    expect(one.flat()).toContain(mask);
  });

  it('shows the teacher every labelled text, masked, and some of the others, whole', () => {
    const read = all('teacher');
    expect(read).toHaveLength(recipe.labelledBatch + recipe.taughtBatch);
    const texts = read.map(textOf);
    expect(texts.filter((text) => (text ?? 0) < 10)).toHaveLength(recipe.labelledBatch);
    const others = read.filter((row) => (textOf(row) ?? 0) >= 10);
    for (const row of others) expect(row).toEqual(windows[textOf(row) ?? 0]?.[0]);
    expect(read.flat()).toContain(mask);
  });

  it('says which rows the teacher reads', () => {
    for (const part of parts) {
      const reads = part['reads'] as Tensor;
      const [students, teacher] = [rows(part, 'student-1'), rows(part, 'teacher')];
      expect(reads.shape).toEqual([students.length, teacher.length]);
      for (const [column, row] of teacher.entries()) {
        const marks = students.map((_, r) => floats(reads)[r * teacher.length + column]);
        expect(marks.filter((mark) => mark === 1)).toHaveLength(1);
        const shown = textOf(students[marks.indexOf(1)] ?? []);
        if (shown !== undefined && textOf(row) !== undefined) expect(shown).toBe(textOf(row));
      }
    }
  });

  it('weighs every text of the step once, but for those that a member holds out or does not read', () => {
    const sum = (name: string): number =>
      parts.reduce((total, part) => total + floats(part[name]).reduce((a, b) => a + b, 0), 0);
    for (const id of ['teacher', 'student-1', 'student-2']) {
      expect(sum(`given_weight/${id}`)).toBeCloseTo(1);
      expect(sum(`unlabelled_weight/${id}`)).toBeCloseTo(1);
    }
    const read = parts.flatMap((part) => [...floats(part['unlabelled_weight/teacher'])]).filter((w) => w > 0);
    expect(read).toHaveLength(recipe.taughtBatch);
  });

  it('shows of a longer window a piece, another one each time', () => {
    const short = feeds({ pieceTokens: 8, maskedShare: 0 });
    const steps = Array.from({ length: 12 }, (_, step) => short.at(step));
    const seen = new Map<number, Set<number>>();
    for (const row of steps.flatMap((step) => step.flatMap((part) => rows(part, 'student-1')))) {
      const text = textOf(row) ?? 0;
      const whole = windows[text]?.[0] ?? [];
      expect(row).toHaveLength(Math.min(8, whole.length));
      expect([row.at(0), row.at(-1)]).toEqual([start, end]);
      const first = whole.indexOf(row[1] ?? 0);
      expect(row.slice(1, -1)).toEqual(whole.slice(first, first + row.length - 2));
      seen.set(text, (seen.get(text) ?? new Set<number>()).add(first));
    }
    // Texts with a label come often enough to be seen from several sides, ends included.
    const longest = [...Array(10).keys()].toSorted(
      (a, b) => (windows[b]?.[0]?.length ?? 0) - (windows[a]?.[0]?.length ?? 0),
    )[0];
    expect(seen.get(longest ?? 0)?.size).toBeGreaterThan(2);
  });

  it('keeps each part within its tokens', () => {
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      const [count = 0, tokens = 0] = part['input_ids/student-1']?.shape ?? [];
      expect(count === 1 || count * tokens <= recipe.stepTokens).toBe(true);
    }
  });

  it('learns from the labels alone where nothing was spread', () => {
    const alone = new StepFeeds(
      cohort,
      recipe,
      dataset,
      { pad, mask: undefined, special: new Set([start, end]) },
      undefined,
      heldOut,
    ).at(0);
    expect(alone.flatMap((part) => rows(part, 'student-1'))).toHaveLength(recipe.labelledBatch);
    expect(alone.flatMap((part) => rows(part, 'teacher'))).toHaveLength(recipe.labelledBatch);
  });
});
