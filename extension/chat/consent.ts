/** Nothing is sent before a person has read what would be, and has agreed. */
import { AppError, CancelledError } from '../protocol/appError';
import type { Limits } from './budget';
import type { Destination } from './chatModel';

/** What leaves, where to, and what it costs at most. */
export interface Disclosure {
  /** The models that are asked. */
  readonly destinations: readonly Destination[];
  /** Texts that are asked about. */
  readonly texts: number;
  /** Labelled texts that are sent along with each as examples. */
  readonly examples: number;
  /** Of all texts, as far as they are sent. */
  readonly characters: number;
  /** Each text is asked about this often, at most. */
  readonly callsPerText: number;
  /** An estimate of everything that is sent and answered. */
  readonly tokens: number;
  /** In the currency of the price that was given; undefined when none was. */
  readonly cost?: number;
  /** Where the work ends, whatever it was estimated to need. */
  readonly limits: Limits;
}

/** That a person agreed to one disclosure. Only `ask` makes one, so a model that wants one cannot be called without. */
export class Consent {
  private constructor(readonly disclosure: Disclosure) {}

  /**
   * @param agree shows the disclosure to the person
   * @throws CancelledError when the person does not agree
   */
  static async ask(
    disclosure: Disclosure,
    agree: (disclosure: Disclosure) => Promise<boolean>,
  ): Promise<Consent> {
    if (!(await agree(disclosure))) throw new CancelledError();
    return new Consent(disclosure);
  }

  /** @throws AppError('chat/no-consent') when the person did not agree to this place and this model */
  mustCover({ host, model }: Destination): void {
    const { destinations } = this.disclosure;
    if (destinations.some((agreed) => agreed.host === host && agreed.model === model)) return;
    throw new AppError(
      'chat/no-consent',
      `You agreed to send texts to ${named(destinations)}, not to ${model} at ${host}; nothing was sent.`,
    );
  }
}

/** For a person, in a few sentences. */
export function disclosed(disclosure: Disclosure): string {
  const { destinations, texts, examples, characters, callsPerText, tokens, cost, limits } = disclosure;
  const leaving = destinations.filter(({ isLocal }) => !isLocal);
  const unencrypted = leaving.some(({ isEncrypted }) => !isEncrypted);
  const what = `${counted(texts, 'text')} (${counted(characters, 'character')})`;
  const along = examples > 0 ? `, with ${counted(examples, 'labelled text')} as examples,` : '';
  const where =
    leaving.length === 0
      ? 'They stay on this computer.'
      : `They leave this computer${unencrypted ? ', unencrypted' : ''}.`;
  const money = cost === undefined ? '' : `, ${rounded(cost)} in money`;
  return [
    `${what}${along} and the names and descriptions of the labels go to ${named(destinations)}. ${where}`,
    `Each text is asked about up to ${counted(callsPerText, 'time')}: about ${counted(tokens, 'token')}${money}.`,
    `It ends at ${limitsInWords(limits)}.`,
  ].join('\n');
}

function named(destinations: readonly Destination[]): string {
  return destinations.map(({ model, host }) => `${model} at ${host}`).join(', ');
}

function limitsInWords({ maxCalls, maxTokens, maxCost }: Limits): string {
  return [
    counted(maxCalls, 'call'),
    ...(maxTokens === undefined ? [] : [counted(maxTokens, 'token')]),
    ...(maxCost === undefined ? [] : [`${rounded(maxCost)} in money`]),
  ].join(' or ');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function rounded(money: number): string {
  return money.toLocaleString('en', { maximumSignificantDigits: 2 });
}
