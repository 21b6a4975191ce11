const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Bytes from base64; undefined when it is none, which Node passes over. */
export function fromBase64(text: string): Buffer | undefined {
  if (!base64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  // The last character has bits to spare; only one way of writing is the right one.
  return bytes.toString('base64') === text ? bytes : undefined
}
