/**
 * Whether PostgreSQL refused a row because of one of the named unique indexes (SQLSTATE 23505).
 *
 * @param error - What was thrown.
 * @param constraints - The names of the indexes.
 */
export function isUniqueViolation(error: unknown, ...constraints: string[]): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return false
  return error.code === '23505' && constraints.includes(String(error.constraint))
}
