import { createHash, randomBytes } from 'node:crypto'

/**
 * A refresh token: session id (16 bytes), generation (4), the secret of its family (32), a secret of its own
 * (32), as base64url. The family secret tells an old token from a forged one, so that reuse is recognised
 * without a list of all tokens that ever were; the token's own secret makes it the current one.
 */
export interface RefreshToken {
  readonly sessionId: string
  /** 1 for the token of the login, then counting up. */
  readonly generation: number
  readonly familySecret: Buffer
  /** The token itself, as the client holds it. */
  readonly text: string
}

const length = { id: 16, generation: 4, secret: 32 }
const secretAt = length.id + length.generation
const bytesOfToken = secretAt + 2 * length.secret
/** 84 bytes are 112 characters without a bit left over: every token has exactly one spelling. */
const shape = /^[A-Za-z0-9_-]{112}$/

/** The first token of a session. */
export function firstToken(sessionId: string): RefreshToken {
  return token(sessionId, 1, randomBytes(length.secret))
}

/** The token that takes the place of another. */
export function tokenAfter(previous: RefreshToken): RefreshToken {
  return token(previous.sessionId, previous.generation + 1, previous.familySecret)
}

/** Reads a token; undefined when the text is none. Nothing is proved by that: see `judge`. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  if (!shape.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  const hex = bytes.toString('hex', 0, length.id)
  return {
    sessionId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    generation: bytes.readUInt32BE(length.id),
    familySecret: bytes.subarray(secretAt, secretAt + length.secret),
    text,
  }
}

/** What is stored of a token: who reads the table cannot use it. */
export function digest(secret: string | Buffer): Buffer {
  return createHash('sha256').update(secret).digest()
}

function token(sessionId: string, generation: number, familySecret: Buffer): RefreshToken {
  const bytes = Buffer.alloc(bytesOfToken)
  bytes.write(sessionId.replaceAll('-', ''), 0, 'hex')
  bytes.writeUInt32BE(generation, length.id)
  familySecret.copy(bytes, secretAt)
  randomBytes(length.secret).copy(bytes, secretAt + length.secret)
  return { sessionId, generation, familySecret, text: bytes.toString('base64url') }
}
