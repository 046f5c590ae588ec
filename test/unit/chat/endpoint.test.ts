import { describe, expect, it } from 'vitest';
import { checkedKey, completionsUrl, destinationOf } from '../../../extension/chat/endpoint';

describe('the address of an endpoint', () => {
  it.each([
    ['http://localhost:11434/v1', 'http://localhost:11434/v1/chat/completions'],
    [' http://localhost:8080/v1/ ', 'http://localhost:8080/v1/chat/completions'],
    [
      'https://api.example.com/openai/v1/chat/completions',
      'https://api.example.com/openai/v1/chat/completions',
    ],
  ])('%s', (url, expected) => {
    expect(completionsUrl({ url }).href).toBe(expected);
  });

  it.each([
    '',
    'localhost:11434',
    'file:///etc/passwd',
    'http://me:secret@host/v1',
    'http://host/v1?key=secret',
  ])('is not %s, and what is wrong is told without it', (url) => {
    expect(() => completionsUrl({ url })).toThrow(
      expect.objectContaining({ code: 'chat/endpoint', message: expect.not.stringContaining('secret') }),
    );
  });

  it.each([
    ['http://localhost:11434/v1', true, false],
    ['http://127.0.0.1:1/v1', true, false],
    ['http://[::1]:1/v1', true, false],
    ['http://127.0.0.1.example.com/v1', false, false],
    ['https://api.example.com/v1', false, true],
  ])('%s: on this computer %s, encrypted %s', (url, isLocal, isEncrypted) => {
    expect(destinationOf({ url, model: 'm' })).toMatchObject({ isLocal, isEncrypted });
  });

  it('a key is one word, and is not said when it is none', () => {
    expect(checkedKey(' sk-1 \n')).toBe('sk-1');
    expect(() => checkedKey('sk-1\r\nx: y')).toThrow(
      expect.objectContaining({ code: 'chat/key', message: expect.not.stringContaining('sk-1') }),
    );
  });
});
