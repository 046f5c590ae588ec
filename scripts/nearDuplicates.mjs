/** @file Texts that are the same to a reader: mailings that differ by a name or a number. */
import { createHash } from 'node:crypto';

/** Share of equal runs of words from which on two mails are the same mail to a reader. */
const nearlyTheSame = 0.5;
const signatureLength = 64;
const wordsOfARun = 3;

/**
 * MinHash of the runs of three words: what equals in two signatures is the share of equal runs (Broder 1997).
 *
 * @param {string} text
 */
export function signatureOf(text) {
  const words =
    text
      .slice(text.indexOf('\n\n'))
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const signature = new Uint32Array(signatureLength).fill(0xffffffff);
  for (let at = 0; at + wordsOfARun <= words.length; at += 1) {
    const digest = createHash('sha256')
      .update(words.slice(at, at + wordsOfARun).join(' '))
      .digest();
    const [a, b] = [digest.readUInt32LE(0), digest.readUInt32LE(4) | 1];
    for (let which = 0; which < signatureLength; which += 1) {
      const hash = (a + Math.imul(which, b)) >>> 0;
      if (hash < (signature[which] ?? 0)) signature[which] = hash;
    }
  }
  return signature;
}

/**
 * @param {Uint32Array} a
 * @param {Uint32Array} b
 */
export function areNearlyTheSame(a, b) {
  const equal = a.reduce((count, hash, at) => count + (hash === b[at] ? 1 : 0), 0);
  return equal / signatureLength >= nearlyTheSame;
}
