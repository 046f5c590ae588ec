/** Where a queue is. A password is in the options alone: it is in no message. */
import { Option } from 'commander';
import type { RedisOptions } from 'ioredis';
import { usageError } from './usageError';

export interface QueueAddress {
  readonly options: RedisOptions;
  /** 'host:port', for people. */
  readonly name: string;
}

const defaultPort = 6379;
const form = 'redis://[user:password@]host[:port][/database], or rediss:// for TLS';

export function queueOption(what: string): Option {
  return new Option('--queue <url>', what);
}

/**
 * @param url never shown: it may have a password
 * @param password goes before the one of the URL, which others on this computer see in the list of processes
 * @throws AppError('cli/usage')
 */
export function queueAddress(url: string, password = process.env['NANONET_QUEUE_PASSWORD']): QueueAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw usageError(`--queue is an address of the form ${form}.`);
  const [, database = ''] = /^\/?(.*)$/.exec(parsed.pathname) ?? [];
  if (!/^\d{0,5}$/.test(database)) throw usageError(`The database of --queue is a number: ${form}.`);
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = parsed.port === '' ? defaultPort : Number(parsed.port);
  const secret = password ?? decoded(parsed.password);
  return {
    options: {
      host,
      port,
      db: Number(database),
      ...(parsed.username !== '' && { username: decoded(parsed.username) }),
      ...(secret !== '' && { password: secret }),
      ...(parsed.protocol === 'rediss:' && { tls: {} }),
    },
    name: `${parsed.hostname}:${port}`,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a password with a percent sign that was not written as %25
  }
}
