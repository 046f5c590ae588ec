/** What an e-mail says, as plain text: its subject and its body, without attachments. */
import PostalMime, { type Email } from 'postal-mime';
import { messageOf } from '../protocol/appError';
import { maxRowLength } from './columns';
import { decodeText } from './decodeText';
import { encodingOfHead, withWindowsSigns } from './encoding';
import { visibleText } from './html';
import type { WholeText } from './wholeFile';

/** A mail has a handful, a digest some hundred; each takes the library ten kilobytes and more. */
const mostParts = 2000;

/** An e-mail's bytes as text: of HTML, what is seen of it, where there is no plain body. */
export async function mailText(bytes: Uint8Array): Promise<WholeText> {
  const head = encodingOfHead(bytes);
  if (typeof head === 'object') return head;
  if (countParts(bytes) > mostParts) return { reason: 'it has more than two thousand parts' };
  let mail: Email;
  try {
    mail = await parsed(withoutMailboxLine(bytes), head !== undefined);
  } catch (error) {
    return { reason: `it cannot be read as an e-mail (${messageOf(error)})` };
  }
  // A name and a value: any line becomes a header of some kind.
  if (!mail.headers.some(({ key, value }) => /^[!-9;-~]+$/.test(key) && value !== ''))
    return { reason: 'it has no header, which every e-mail has' };
  // Some senders call a page plain text.
  const isPlain = mail.text !== undefined && /^\s*(?!<html\b|<!doctype html\b)\S/i.test(mail.text);
  const body = isPlain ? { text: mail.text ?? '' } : visibleText(mail.html ?? mail.text ?? '');
  if ('reason' in body) return body;
  const said = [(mail.subject ?? '').replace(/\s+/g, ' '), body.text].map((part) => part.trim());
  const text = withWindowsSigns(said.filter((part) => part !== '').join('\n\n'));
  if (text === '') return { reason: 'it has no text' };
  if (text.includes('\0')) return { reason: 'its text has a NUL byte, which no text has' };
  if (text.length > maxRowLength) return { reason: 'its text is longer than a million characters' };
  return { text };
}

/** Old mailers wrote bytes above ASCII without saying in which encoding: then the bytes tell. */
async function parsed(bytes: Uint8Array, isWide: boolean): Promise<Email> {
  const decode = async (): Promise<Email> => {
    const decoded = await decodeText(bytes);
    return PostalMime.parse('text' in decoded ? decoded.text : bytes);
  };
  if (isWide) return decode();
  const mail = await PostalMime.parse(bytes);
  if (unreadable(mail) === 0) return mail;
  const other = await decode();
  return unreadable(other) < unreadable(mail) ? other : mail;
}

/** Number of characters that could not be decoded. */
function unreadable({ subject = '', text = '', html = '' }: Email): number {
  return [subject, text, html].reduce((sum, part) => sum + part.split('\ufffd').length - 1, 0);
}

/** Lines that begin or end a part, of whichever boundary the mail names (RFC 2046, section 5.1.1). */
function countParts(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const named = /\bboundary\s*=\s*(?:"([^"\n]{1,70})"|([^\s;"]{1,70}))/gi;
  const boundaries = new Set<string>();
  for (const [, quoted, bare] of text.matchAll(named)) boundaries.add(quoted ?? bare ?? '');
  if (boundaries.size === 0) return 0;
  let count = 0;
  for (const [, line = ''] of text.matchAll(/^--(.{1,72}?)(?:--)?[ \t]*\r?$/gm))
    if (boundaries.has(line)) count += 1;
  return count;
}

/** A mail that was cut out of a mailbox keeps the line before it. */
function withoutMailboxLine(bytes: Uint8Array): Uint8Array {
  const isLine = Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'From ';
  return isLine ? bytes.subarray(bytes.indexOf(0x0a) + 1 || bytes.length) : bytes;
}
