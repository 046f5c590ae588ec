import { describe, expect, it } from 'vitest';
import { compareAnswers, comparisonText } from '../../../extension/project/modelComparison';
import type { Prediction } from '../../../extension/protocol/engineApi';

const says = (...labels: readonly (string | undefined)[]): Prediction[] =>
  labels.map((label) => ({
    label: label ?? 'bug',
    score: 0.9,
    abstained: label === undefined,
    windows: 1,
  }));

describe('two models compared', () => {
  const before = says('bug', 'bug', 'question', 'bug', undefined, 'question');
  const after = says('bug', 'question', 'question', 'question', 'bug', undefined);
  const comparison = compareAnswers(['question', 'bug', 'feature'], before, after);

  it('says which texts get another answer, most of a kind first, and what stays', () => {
    expect(comparison.changes).toEqual([
      { from: 'bug', to: 'question', texts: [1, 3] },
      { from: '(unsure)', to: 'bug', texts: [4] },
      { from: 'question', to: '(unsure)', texts: [5] },
    ]);
    expect(comparison).toMatchObject({ changed: 4, texts: 6 });
  });

  it('counts every pair of answers, in the order of the labels', () => {
    expect(comparison.answers).toEqual(['question', 'bug', '(unsure)']);
    expect(comparison.counts).toEqual([
      [1, 0, 1],
      [2, 1, 0],
      [0, 1, 0],
    ]);
  });

  it('tells a text that is none of the labels from one that the model is unsure of', () => {
    const none: Prediction = { label: 'none of these', score: 0.9, abstained: true, none: true, windows: 1 };
    const { changes, answers } = compareAnswers(['bug'], says(undefined, 'bug'), [none, none]);
    expect(answers).toEqual(['bug', 'none of these', '(unsure)']);
    expect(changes).toEqual([
      { from: '(unsure)', to: 'none of these', texts: [0] },
      { from: 'bug', to: 'none of these', texts: [1] },
    ]);
  });

  it('reads well as a page', () => {
    expect(comparisonText(comparison, { before: 'v1', after: 'v2' }).split('\n')).toEqual([
      '# v1 and v2',
      '',
      '4 of 6 texts get another answer.',
      '',
      '| v1 ↓ v2 → | question | bug | \\(unsure\\) | all |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| question | **1** | 0 | 1 | 2 |',
      '| bug | 2 | **1** | 0 | 3 |',
      '| \\(unsure\\) | 0 | 1 | **0** | 1 |',
      '| all | 3 | 2 | 1 | 6 |',
      '',
      '- bug → question: 2',
      '- \\(unsure\\) → bug: 1',
      '- question → \\(unsure\\): 1',
      '',
    ]);
  });

  it('takes names as text, whatever they contain', () => {
    const label = '<img src=x> | [a](command:b) `c`';
    const hostile = compareAnswers([label], says(label), says('bug'));
    const page = comparisonText(hostile, { before: 'v1 | x', after: '**v2**' });
    expect(page).not.toMatch(/(?<!\\)<img|(?<!\\)\[a|(?<!\\)\| x|(?<!\\)\*\*v2/);
  });

  it('has nothing to say where both agree', () => {
    const same = compareAnswers(['bug'], says('bug'), says('bug'));
    expect(same).toMatchObject({ changes: [], changed: 0, texts: 1 });
  });
});
