/** Says that a body is larger than is read. */
export class TooLarge extends RangeError {}

/**
 * The body of an answer as text.
 *
 * @param most - Its most bytes, after decompression.
 * @throws TooLarge as soon as there are more; TypeError when it is not UTF-8, or the connection broke.
 */
export async function boundedText(response: Response, most: number): Promise<string> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    // Leaving the loop cancels what is still to come.
    if (size > most) throw new TooLarge(`more than ${most} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}
