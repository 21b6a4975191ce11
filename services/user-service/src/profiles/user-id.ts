const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The id of a person as the database writes it, if the text can be one. */
export function userIdFrom(text: string): string | undefined {
  const id = text.toLowerCase()
  return form.test(id) ? id : undefined
}
