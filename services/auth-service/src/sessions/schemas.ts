import Type from 'typebox'

const uuid = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'

/** A path that names a session. What is no id names nothing: the answer is 404. */
export const sessionParams = Type.Object({ id: Type.String({ pattern: uuid }) })

/** What a login and a refresh answer. */
export const tokenPairSchema = Type.Object(
  {
    accessToken: Type.String({ description: 'A JWT (RFC 9068), signed with EdDSA.' }),
    refreshToken: Type.String({ description: 'Opaque. Good once, and for 30 days after the last refresh.' }),
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'Seconds until the access token expires.', examples: [600] }),
  },
  { title: 'TokenPair', additionalProperties: false },
)

const refreshToken = Type.String({ minLength: 1, maxLength: 512 })

/** The body of a refresh. */
export const refreshBody = Type.Object({ refreshToken }, { additionalProperties: false })

/** The body of a logout: may be absent when an access token is sent. */
export const logoutBody = Type.Object(
  { refreshToken: Type.Optional(refreshToken) },
  { additionalProperties: false },
)

/** A page of sessions. */
export const sessionsQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    cursor: Type.Optional(Type.String({ pattern: uuid, description: 'nextCursor of the page before.' })),
  },
  { additionalProperties: false },
)

/** A session, as its owner sees it. */
export const sessionSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
    userAgent: Type.Union([Type.String(), Type.Null()]),
    ip: Type.Union([Type.String(), Type.Null()]),
    createdAt: Type.String({ format: 'date-time' }),
    lastUsedAt: Type.String({ format: 'date-time' }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Session', additionalProperties: false },
)

/** A page of sessions, newest first. */
export const sessionListSchema = Type.Object(
  { items: Type.Array(sessionSchema), nextCursor: Type.Union([Type.String(), Type.Null()]) },
  { title: 'SessionList', additionalProperties: false },
)
