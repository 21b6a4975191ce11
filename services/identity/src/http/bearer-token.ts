/** The token of an Authorization header, or undefined when it brings none. The scheme's case does not matter (RFC 9110 11.1). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization ?? '')?.[1]
}
