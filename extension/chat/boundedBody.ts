/** A server's answer, as far as it may fill memory. */
import { AppError } from '../protocol/appError';

/**
 * The body as text. Reading ends at the limit, and so does the connection.
 *
 * @throws AppError('chat/too-large')
 */
export async function boundedBody(response: Response, maxBytes: number, host: string): Promise<string> {
  if (response.body === null) return '';
  // TypeScript's web streams do not know that Node's can be iterated. Leaving the loop by an error cancels the stream.
  const chunks = response.body as unknown as AsyncIterable<Uint8Array>;
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      const limit = Math.round(maxBytes / 1024);
      throw new AppError(
        'chat/too-large',
        `${host} answered with more than ${limit} kB, which no label needs; is it the right address?`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
