import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Consent, disclosed } from '../../../extension/chat/consent';
import { disclosureOf, type PlannedWork } from '../../../extension/chat/estimate';
import { OpenAiModel } from '../../../extension/chat/openAiModel';
import { CancelledError } from '../../../extension/protocol/appError';
import { SimulatedServer } from '../../chat/simulatedServer';
import { agreed, disclosureFor, never, perfect, question } from './asking';

let server: SimulatedServer;
beforeEach(async () => {
  server = await SimulatedServer.start({ skill: perfect });
});
afterEach(() => server.stop());

describe('consent', () => {
  it('that is refused ends the work with nothing sent', async () => {
    const endpoint = { url: server.url, model: 'small' };
    await expect(Consent.ask(disclosureFor(endpoint), () => Promise.resolve(false))).rejects.toBeInstanceOf(
      CancelledError,
    );
    expect(server.received).toEqual([]);
  });

  it('holds for one host and one model', async () => {
    const endpoint = { url: server.url, model: 'small' };
    const consent = await agreed(endpoint);
    for (const other of [
      { url: 'https://api.example.com/v1', model: 'small' },
      { url: server.url, model: 'large' },
    ]) {
      expect(() => new OpenAiModel(other, consent)).toThrow(
        expect.objectContaining({ code: 'chat/no-consent' }),
      );
    }
    await new OpenAiModel(endpoint, consent).ask(question, never);
    expect(server.received).toHaveLength(1);
  });
});

describe('what is told before', () => {
  const place = { host: 'api.example.com', model: 'large', isLocal: false, isEncrypted: true };
  const work: PlannedWork = {
    destinations: [place],
    texts: Array.from(
      { length: 1000 },
      (_, i) => `Text number ${i}: the council met, and nobody was sure why.`,
    ),
    labels: ['news', 'sport'],
    descriptions: {},
    labelled: [{ text: 'The cup was won in overtime.', label: 'sport' }],
    roles: [['propose'], ['judge'], ['judge', 'reflect']],
    limits: { price: { input: 1, output: 4 }, maxCost: 5 },
  };

  it('how many texts go where, and what it costs at most', () => {
    const words = disclosed(disclosureOf(work));
    expect(words).toMatch(/^1,000 texts \(\d\d,\d{3} characters\), with 1 labelled text as examples,/);
    expect(words).toContain('go to large at api.example.com. They leave this computer.');
    expect(words).toMatch(/asked about up to 4 times: about [\d,]+ tokens, [\d.]+ in money\./);
    expect(words).toContain('It ends at 8,000 calls or 5 in money.');
  });

  it('that it is not encrypted, and that it stays here', () => {
    const told = (other: Partial<typeof place>): string =>
      disclosed(disclosureOf({ ...work, destinations: [place, { ...place, ...other }] }));
    expect(told({ isEncrypted: false })).toContain('They leave this computer, unencrypted.');
    expect(told({ isLocal: true, isEncrypted: false })).toContain('They leave this computer.');
    const here = [{ ...place, host: 'localhost:11434', isLocal: true, isEncrypted: false }];
    expect(disclosed(disclosureOf({ ...work, destinations: here }))).toContain('They stay on this computer.');
  });

  it('characters are those that are sent: of a long text its beginning', () => {
    const { characters } = disclosureOf({ ...work, texts: ['x'.repeat(100_000)] });
    expect(characters).toBeLessThan(6100);
  });

  it('tokens are not fewer than what is sent needs', async () => {
    const endpoint = { url: server.url, model: 'small' };
    const { tokens } = disclosureOf({ ...work, texts: ['They lost the match.'], roles: [['propose']] });
    await new OpenAiModel(endpoint, await agreed(endpoint)).ask(question, never);
    const letters = JSON.stringify(server.received[0]?.body.messages).length;
    expect(tokens).toBeGreaterThan(letters / 4);
    expect(tokens).toBeLessThan(letters);
  });
});
