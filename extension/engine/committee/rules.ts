/** Keyword rules that a person writes: an agent that needs no examples. */
import { RE2JS } from 're2js';
import { AppError, messageOf } from '../../protocol/appError';
import type { KeywordRules } from '../../protocol/committeeApi';
import { softmaxRows, type Scores } from '../assess/metrics';

/** Rules that are read, and characters of one. */
const mostRules = 1000;
const mostCharacters = 500;
/** Characters of a text that are looked at. */
const mostRead = 20_000;
/** What a rule that fits has as its label's logit: how far rules are right, the given labels say. */
const fits = 3;

interface Rule {
  readonly label: number;
  readonly source: string;
  readonly pattern: RE2JS;
}

/**
 * Words fit as whole words, in capital or small letters; `/.../` is a regular expression. All are matched in time that grows with the text
 * alone (RE2): none can backtrack without end.
 */
export class Rules {
  private constructor(
    private readonly rules: readonly Rule[],
    private readonly classes: number,
  ) {}

  /** @throws AppError('rules/invalid'), AppError('rules/unknown-label') naming the label and the rule */
  static read(given: KeywordRules, labels: readonly string[]): Rules {
    const rules = Object.entries(given).flatMap(([name, sources]) => {
      const label = labels.indexOf(name);
      if (label < 0) {
        throw new AppError(
          'rules/unknown-label',
          `The rules name "${name}", which is the label of no text; the labels are ${labels.join(', ')}.`,
        );
      }
      return sources.map((source) => ({ label, source, pattern: patternOf(source, name) }));
    });
    if (rules.length > mostRules)
      throw new AppError('rules/invalid', `There are ${rules.length} rules; keep to ${mostRules}.`);
    return new Rules(rules, labels.length);
  }

  /** The rules that fit a text, as they were written. */
  fitting(text: string): { readonly label: number; readonly source: string }[] {
    const read = text.slice(0, mostRead);
    return this.rules.filter(({ pattern }) => pattern.matcher(read).find());
  }

  /** Probabilities [texts, classes]; all the same where no rule fits. */
  answers(texts: readonly string[]): Scores {
    const { classes } = this;
    const data = new Float32Array(texts.length * classes);
    texts.forEach((text, row) => {
      for (const label of new Set(this.fitting(text).map((rule) => rule.label)))
        data[row * classes + label] = fits;
    });
    return softmaxRows({ classes, data });
  }
}

function patternOf(source: string, label: string): RE2JS {
  const wrong = (reason: string, cause?: unknown): AppError =>
    new AppError('rules/invalid', `The rule "${source.slice(0, 80)}" of "${label}" ${reason}.`, { cause });
  if (source.trim() === '') throw wrong('is empty; write a word or leave it out');
  if (source.length > mostCharacters)
    throw wrong(`has ${source.length} characters; shorten it to ${mostCharacters}`);
  const [, expression] = /^\/(.+)\/$/s.exec(source) ?? [];
  const word = `(?:^|[^\\p{L}\\p{N}])${RE2JS.quote(source.trim())}(?:$|[^\\p{L}\\p{N}])`;
  try {
    return RE2JS.compile(expression ?? word, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    throw wrong(`is no regular expression (${messageOf(error)})`, error);
  }
}
