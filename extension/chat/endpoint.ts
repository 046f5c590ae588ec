/** The address of an OpenAI-compatible server, as a person writes it. */
import { AppError } from '../protocol/appError';
import type { Destination } from './chatModel';

export interface Endpoint {
  /** Up to the version, as 'http://localhost:11434/v1'; `chat/completions` follows. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token. */
  readonly key?: string;
}

/** @throws AppError('chat/endpoint') with what is wrong about the address */
export function completionsUrl({ url }: Pick<Endpoint, 'url'>): URL {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw wrong('is no web address; write it as http://localhost:11434/v1.');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw wrong('has a name or password in it; take it out and set a key instead.');
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw wrong('has a part behind ? or #; write it as http://localhost:11434/v1.');
  }
  const path = parsed.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  parsed.pathname = `${path}/chat/completions`;
  return parsed;
}

/** @throws AppError('chat/endpoint') */
export function destinationOf({ url, model }: Endpoint): Destination {
  const { host, hostname, protocol } = completionsUrl({ url });
  if (model.trim() === '') throw new AppError('chat/endpoint', 'Name the model that the endpoint shall use.');
  return { host, model, isLocal: isLoopback(hostname), isEncrypted: protocol === 'https:' };
}

/** @throws AppError('chat/key') when the key cannot be a header's value; the key itself is never said */
export function checkedKey(key: string): string {
  const trimmed = key.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(trimmed)) return trimmed;
  throw new AppError('chat/key', 'The key for the endpoint has characters that no key has; set it again.');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function wrong(what: string): AppError {
  return new AppError('chat/endpoint', `The address of the endpoint ${what}`);
}
