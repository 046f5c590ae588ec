/** @file An e-mail's bytes as the text that the sample project shows. */
import { htmlToText } from 'html-to-text';
import PostalMime from 'postal-mime';

export const mostCharacters = 4000;
const fewestCharacters = 40;

/** A sample is opened at work, in front of others: sex, and wars of words about faith and war, are left out. */
const unfit = new RegExp(
  '\\b(x{3,}|porn|sex|nud(e|ity)|\\w*naked|erotic|viagra|penis|orgasm|cum|cock|puss(y|ies)|slut|whore|fuck|horny|' +
    'hardcore|virgins?|teens?|incest|rape|adult|nigg|fist|bukkake|knickers|lolita|girls?|breasts?|libido|lipstick|' +
    '(over|than|at least|are) (18|21)|palestin|israel|muslim|islam|jew|qaeda|terroris|slaughter|nazi|hitler|suicide)',
  'i',
);
/** Pages that say nothing without a browser, and items of news feeds, which are no mails. */
const noMail = /uses frames|^URL: http/im;

/**
 * Sender, subject, date and body as a person reads them; undefined for a mail that the sample leaves out.
 *
 * @param {Buffer} bytes
 */
export async function textOf(bytes) {
  // The corpus kept the mailbox's separator line, which is no header.
  const start = bytes.subarray(0, 5).toString('latin1') === 'From ' ? bytes.indexOf('\n') + 1 : 0;
  const mail = await PostalMime.parse(bytes.subarray(start));
  const given = mail.text ?? '';
  // Some senders call HTML plain text.
  const plain = tidy(/<(html|body|p|br|table|font|a)\b[^>]*>/i.test(given) ? fromHtml(given) : given);
  const body = plain.length >= fewestCharacters ? plain : tidy(fromHtml(mail.html ?? ''));
  if (body.length < fewestCharacters) return undefined;
  const from = mail.from?.name || mail.from?.address || 'unknown';
  const date = dateOf(mail.headers.find(({ key }) => key === 'date')?.value ?? '');
  const head = [`From: ${oneLine(from)}`, `Subject: ${oneLine(mail.subject ?? '')}`, date && `Date: ${date}`];
  const text = cut(`${head.filter(Boolean).join('\n')}\n\n${body}\n`);
  return unfit.test(`${mail.from?.address ?? ''} ${text}`) || noMail.test(text) ? undefined : text;
}

/**
 * The day, or nothing for a date that no mailbox of that time can have.
 *
 * @param {string} header
 */
function dateOf(header) {
  // A time without a zone is not this machine's.
  const zoned = /([+-]\d{4}|\b[A-Z]{2,4})\s*(\(.*\))?\s*$/.test(header) ? header : `${header} +0000`;
  const time = Date.parse(zoned);
  const day = Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 10);
  return /^200[0-4]/.test(day) ? day : undefined;
}

/** @param {string} html */
function fromHtml(html) {
  return htmlToText(html, {
    wordwrap: 100,
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
    ],
  });
}

/**
 * LF, no control characters (some mails have them), no trailing spaces, at most one empty line.
 *
 * @param {string} text
 */
function tidy(text) {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu, (character) => (character === '\n' ? '\n' : ''))
    .replace(/ +$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** @param {string} text */
function oneLine(text) {
  return tidy(text).replace(/\s+/g, ' ');
}

/** @param {string} text */
function cut(text) {
  if (text.length <= mostCharacters) return text;
  const end = text.lastIndexOf('\n', mostCharacters - 1);
  return `${text.slice(0, end > 0 ? end : mostCharacters).trimEnd()}\n`;
}
