import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mailText } from '../../../extension/sources/mail';
import { readSource, streamSource } from '../../../extension/sources/sources';
import { maxMailBytes } from '../../../extension/sources/wholeFile';
import { workspace } from '../project/workspace';

const mail = (lines: string | readonly string[]) =>
  mailText(Buffer.from(typeof lines === 'string' ? lines : lines.join('\r\n'), 'latin1'));

describe('an e-mail', () => {
  it('is its subject and its plain body, decoded, without attachments', async () => {
    const text = await mail([
      'From: A <a@example.com>',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_?= =?iso-8859-1?Q?aus_K=F6ln?=',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: multipart/alternative; boundary=y',
      '',
      '--y',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Sch=F6ner =',
      'Tag',
      '--y',
      'Content-Type: text/html',
      '',
      '<p>Not this',
      '--y--',
      '--x',
      'Content-Type: text/plain; name=a.txt',
      'Content-Disposition: attachment; filename=a.txt',
      '',
      'attached',
      '--x',
      'Content-Type: application/octet-stream',
      'Content-Transfer-Encoding: base64',
      '',
      'AAECAw==',
      '--x--',
    ]);
    expect(text).toEqual({ text: 'Grüße aus Köln\n\nSchöner Tag' });
  });

  it('of HTML alone is what is seen of it', async () => {
    const head = ['Subject: Offer', 'Content-Type: text/html; charset=utf-8', ''];
    expect(await mail([...head, '<style>p{}</style><p>Buy<br>now</p><script>no</script>'])).toEqual({
      text: 'Offer\n\nBuy\nnow',
    });
    expect(await mail('Content-Type: text/plain\n\n<HTML><p>Buy</HTML>')).toEqual({ text: 'Buy' });
    expect(await mail('To: b\n\nUse <html> first')).toEqual({ text: 'Use <html> first' });
    const deep = await mail([...head, '<div>'.repeat(5000)]);
    expect(deep).toEqual({ reason: 'its elements are nested more than 512 deep' });
  });

  it('may have no subject, no body, a line of its mailbox, or bytes of an encoding that it does not name', async () => {
    expect(await mail('To: b\n\nBody')).toEqual({ text: 'Body' });
    expect(await mail('Subject: Only\n\n')).toEqual({ text: 'Only' });
    expect(await mail('From a@b Tue Apr 27 19:42:22 2010\nSubject: S\n\nBody')).toEqual({
      text: 'S\n\nBody',
    });
    expect(await mail('Subject: Grüße\n\nSchöner Tag')).toEqual({ text: 'Grüße\n\nSchöner Tag' });
    const windows = 'Content-Type: text/plain; charset=windows-1252\n\n\x93Yes\x94 \x80';
    expect(await mail(windows)).toEqual({ text: '“Yes” €' });
    expect(await mailText(Buffer.from('\ufeffSubject: Grüße\n\nß', 'utf16le'))).toEqual({
      text: 'Grüße\n\nß',
    });
  });

  it.each([
    ['nothing', '', 'it has no header, which every e-mail has'],
    ['a text', 'Dear all,\nno header here.', 'it has no header, which every e-mail has'],
    ['bytes', 'Subject: x\n\n\0\0\0', 'it is a binary file'],
    ['a header alone', 'To: b\n\n', 'it has no text'],
    [
      'a body without end',
      `To: b\n\n${'x'.repeat(1024 * 1024 + 1)}`,
      'its text is longer than a million characters',
    ],
  ])('is not made of %s', async (_what, content, reason) => {
    expect(await mail(content)).toEqual({ reason });
  });

  it('that is nested without end, or cut off, does not end the program', async () => {
    const nested = Array.from(
      { length: 400 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    ).join('');
    expect(await mail(`Subject: x\n${nested}\n\ntext`)).toEqual({
      reason: expect.stringContaining('it cannot be read as an e-mail') as string,
    });
    const many = `Subject: x\nContent-Type: multipart/mixed; boundary="b c"\n\n${'--b c\n\nx\n'.repeat(100_000)}`;
    expect(await mail(many)).toEqual({ reason: 'it has more than two thousand parts' });
    const patch = `Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n${'--- a line\n'.repeat(3000)}--b--\n`;
    expect(await mail(patch)).toEqual({ text: expect.stringContaining('--- a line') as string });
    const cut = 'Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/pl';
    expect(await mail(cut)).toEqual({ text: 'x' });
    const body = 'Subject: x\nContent-Transfer-Encoding: base64\n\nSGVsbG8gd29y';
    expect(await mail(body)).toEqual({ text: 'x\n\nHello wor' });
  });
});

const message = (subject: string, body: string): string =>
  `From ${subject}@example.com Tue Apr 27 19:42:22 2010\nSubject: ${subject}\n\n${body}\n\n`;

async function mailbox(content: string | Buffer, name = 'a.mbox') {
  const root = await workspace({
    [name]: typeof content === 'string' ? Buffer.from(content, 'latin1') : content,
  });
  return readSource(root, { kind: 'files', glob: '*' });
}

describe('a mailbox', () => {
  it('is read message by message; quoted lines are what they were', async () => {
    const quoted = 'See:\n>From me to you\n>>From her\n\nFrom now on it is cheaper.';
    const { texts, problems } = await mailbox(
      message('one', quoted) + message('two', 'Body').replaceAll('\n', '\r\n'),
    );
    expect(problems).toEqual([]);
    expect(texts).toEqual([
      {
        path: 'a.mbox',
        part: 'message 1',
        text: 'one\n\nSee:\nFrom me to you\n>From her\n\nFrom now on it is cheaper.',
      },
      { path: 'a.mbox', part: 'message 2', text: 'two\n\nBody' },
    ]);
  });

  it('goes on after messages that cannot be read, and says where they are', async () => {
    const { texts, problems } = await mailbox(
      message('one', 'a') +
        message('bad', '\0\0\0') +
        'From x Tue Apr 27 19:42:22 2010\n\n\n' +
        message('four', 'd'),
    );
    expect(texts.map(({ part }) => part)).toEqual(['message 1', 'message 4']);
    expect(problems).toEqual([
      { path: 'a.mbox', line: 7, reason: 'message 2: it is a binary file' },
      { path: 'a.mbox', line: 12, reason: 'message 3: it has no header, which every e-mail has' },
    ]);
  });

  it('may be cut into paragraphs', async () => {
    const root = await workspace({ 'a.mbox': message('one', 'a\n\nb') });
    const { texts } = await readSource(root, { kind: 'files', glob: '*', unit: 'paragraph' });
    expect(texts.map(({ part, text }) => [part, text])).toEqual([
      ['message 1, paragraph 1', 'one'],
      ['message 1, paragraph 2', 'a'],
      ['message 1, paragraph 3', 'b'],
    ]);
  });

  it('without an end to its name is known by its first line', async () => {
    expect((await mailbox(message('one', 'a'), 'Inbox')).texts).toMatchObject([{ part: 'message 1' }]);
    const letter = 'From all of us: thank you.\n';
    expect((await mailbox(letter, 'LETTER')).texts).toEqual([{ path: 'LETTER', text: letter }]);
  });

  it.each([
    ['', 'it has no texts'],
    ['Dear all', 'it is no mailbox: its first line does not begin with "From "'],
    ['\0\0', 'it is no mailbox: its first line does not begin with "From "'],
  ])('is not %j', async (content, reason) => {
    expect(await mailbox(content)).toEqual({ texts: [], problems: [{ path: 'a.mbox', reason }] });
  });

  it('of any size is read in bounded memory, a message that is too large set aside', async () => {
    const root = await workspace({ 'a.mbox': message('one', 'a') });
    const path = join(root, 'a.mbox');
    const file = await open(path, 'a');
    await file.write('From big@example.com Tue Apr 27 19:42:22 2010\nSubject: big\n\n');
    const lines = `${'x'.repeat(75)}\n`.repeat(14_000);
    for (let size = 0; size <= 3 * maxMailBytes; size += lines.length) await file.write(lines);
    // One line without an end is no message either.
    for (let size = 0; size <= maxMailBytes; size += lines.length)
      await file.write(lines.replaceAll('\n', 'y'));
    await file.write(`\n\n${message('three', 'c')}`);
    await file.close();
    expect((await stat(path)).size).toBeGreaterThan(4 * maxMailBytes);
    const before = process.memoryUsage().rss;
    let most = 0;
    const found: unknown[] = [];
    for await (const item of streamSource(root, { kind: 'files', glob: '*' })) {
      most = Math.max(most, process.memoryUsage().rss - before);
      found.push('part' in item ? item.part : 'reason' in item ? item.reason : item);
    }
    expect(found).toEqual(['message 1', 'message 2: it is larger than 40 MB', 'message 3']);
    expect(most).toBeLessThan(6 * maxMailBytes);
  }, 60_000);
});

it('e-mails of a folder are texts, larger than other files for what they carry', async () => {
  const attachment = [
    'Subject: Photo',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    '',
    'Look.',
    '--x',
    'Content-Type: image/png',
    'Content-Transfer-Encoding: base64',
    '',
    `${'A'.repeat(76)}\n`.repeat(100_000),
    '--x--',
  ].join('\n');
  const root = await workspace({
    'in/a.eml': 'Subject: S\n\nBody',
    'in/b.eml': attachment,
    'in/c.eml': 'Hi',
  });
  expect(await readSource(root, { kind: 'files', glob: 'in/**/*' })).toEqual({
    texts: [
      { path: 'in/a.eml', text: 'S\n\nBody' },
      { path: 'in/b.eml', text: 'Photo\n\nLook.' },
    ],
    problems: [{ path: 'in/c.eml', reason: 'it has no header, which every e-mail has' }],
  });
});
