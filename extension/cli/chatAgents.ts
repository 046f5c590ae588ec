/** Language models at an endpoint as members of the committee: options, what is told before, and the agents. */
import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { Limits, Price, Spent } from '../chat/budget';
import { Consent, disclosed, type Disclosure } from '../chat/consent';
import { destinationOf } from '../chat/endpoint';
import { disclosureOf, type PlannedWork } from '../chat/estimate';
import { type Member, membersOf, seats } from '../chat/members';
import { OpenAiModel } from '../chat/openAiModel';
import { atLeastOne, positiveNumber } from './options';
import type { Terminal } from './terminal';
import { usageError } from './usageError';

/** As commander gives them. */
export interface ChatOptions {
  readonly endpoint?: string;
  readonly model?: readonly string[];
  readonly keyEnv?: string;
  readonly yes?: boolean;
  readonly concurrency?: number;
  readonly maxCalls?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
  readonly tokenPrice?: Price;
}

export function chatOptions(): Option[] {
  const another = (name: string, before: readonly string[] = []): string[] => [...before, name];
  return [
    new Option(
      '--endpoint <url>',
      'also ask language models at an OpenAI-compatible server, as http://localhost:11434/v1',
    ),
    new Option('--model <name>', 'of the endpoint; several take part when it is given again').argParser(
      another,
    ),
    new Option('--key-env <variable>', 'environment variable that holds the key of the endpoint'),
    new Option('--yes', 'agree to what is sent without being asked'),
    new Option('--concurrency <n>', 'questions under way at the same time (default: 4)').argParser(
      atLeastOne,
    ),
    new Option(
      '--max-calls <n>',
      'end after so many questions (default: twice as many as planned)',
    ).argParser(atLeastOne),
    new Option('--max-tokens <n>', 'end after so many tokens').argParser(atLeastOne),
    new Option('--max-cost <money>', 'end at this sum; needs --token-price').argParser(positiveNumber),
    new Option('--token-price <input,output>', 'of a million tokens each, as 0.15,0.6').argParser(price),
  ];
}

/** What the committee will ask about, for the estimate. */
export type AskedTexts = Pick<PlannedWork, 'texts' | 'labels' | 'descriptions' | 'labelled'>;

export interface ChatSurroundings {
  readonly terminal: Terminal;
  /** Where the person answers; standard input by default. */
  readonly stdin?: NodeJS.ReadStream;
}

export interface ChatMembers {
  readonly members: readonly Member[];
  spent(): Spent;
}

/**
 * The members that the options name; none without `--endpoint`, and then nothing is read. Says what will be sent and waits for the person to agree, unless they have with
 * `--yes`. Until then nothing is sent.
 *
 * @throws AppError('cli/usage' | 'chat/endpoint' | 'chat/key' | 'chat/price'), CancelledError when the person does not agree
 */
export async function chatMembers(
  options: ChatOptions,
  read: () => Promise<AskedTexts>,
  { terminal, stdin = process.stdin }: ChatSurroundings,
): Promise<ChatMembers | undefined> {
  const { endpoint: url, model: models = [], maxCalls, maxTokens, maxCost } = options;
  if (url === undefined) {
    if (models.length > 0) throw usageError('--model names a model of an endpoint: give --endpoint too.');
    return undefined;
  }
  if (models.length === 0) throw usageError('Say which model of the endpoint is asked, with --model.');
  if (new Set(models).size < models.length) throw usageError('Name each --model once.');
  const key = keyFrom(options);
  const endpoints = models.map((model) => ({ url, model, ...(key !== undefined && { key }) }));
  const limits: Partial<Limits> = {
    ...(maxCalls !== undefined && { maxCalls }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(maxCost !== undefined && { maxCost }),
    ...(options.tokenPrice && { price: options.tokenPrice }),
  };
  const disclosure = disclosureOf({
    ...(await read()),
    destinations: endpoints.map(destinationOf),
    roles: seats(models).map(({ roles }) => roles),
    limits,
  });
  const consent = await Consent.ask(disclosure, (shown) => agree(shown, options, terminal, stdin));
  const { members, budget } = membersOf(
    endpoints.map((endpoint) => new OpenAiModel(endpoint, consent)),
    {
      limits: disclosure.limits,
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    },
  );
  return { members, spent: () => budget.spent };
}

async function agree(
  disclosure: Disclosure,
  { yes = false }: ChatOptions,
  { err }: Terminal,
  stdin: NodeJS.ReadStream,
): Promise<boolean> {
  err.write(`${disclosed(disclosure)}\n`);
  if (yes) return true;
  if (!stdin.isTTY) throw usageError('Nothing was sent. Say that you agree, with --yes.');
  const lines = createInterface({ input: stdin, output: err });
  try {
    const agreed = /^\s*y(es)?\s*$/i.test(await lines.question('Send? [y/N] '));
    if (!agreed) err.write('Nothing was sent.\n');
    return agreed;
  } finally {
    lines.close();
  }
}

function keyFrom({ keyEnv }: ChatOptions): string | undefined {
  if (keyEnv === undefined) return undefined;
  const key = process.env[keyEnv];
  if (key === undefined || key === '') throw usageError(`The environment variable ${keyEnv} is empty.`);
  return key;
}

/** @throws InvalidArgumentError */
function price(value: string): Price {
  const [input, output, ...more] = value.split(',').map((part) => Number(part.trim()));
  if (input !== undefined && output !== undefined && more.length === 0 && input >= 0 && output >= 0) {
    return { input, output };
  }
  throw new InvalidArgumentError(`'${value}' is not two prices, as 0.15,0.6.`);
}
