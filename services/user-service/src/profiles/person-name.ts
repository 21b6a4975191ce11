/** A name in its parts. */
export interface PersonName {
  readonly given: string
  /** Null where there is no more. */
  readonly family: string | null
}

/** The columns of `profiles` that say a name: as it is shown, and in its parts. */
export interface NameColumns {
  display_name: string
  /** Null where a version wrote the profile that knows of no parts. */
  given_name: string | null
  family_name: string | null
}

/** Something in it can be seen. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u

/**
 * A name in its parts, as well as that can be guessed: what comes after the last space is the family's. Put together they
 * are the same name again.
 */
export function splitName(displayName: string): PersonName {
  const at = displayName.lastIndexOf(' ')
  const [given, family] = [displayName.slice(0, Math.max(at, 0)), displayName.slice(at + 1)]
  return visible.test(given) && visible.test(family)
    ? { given, family }
    : { given: displayName, family: null }
}

/** A name as it is shown. */
export function joinName({ given, family }: PersonName): string {
  return family === null ? given : `${given} ${family}`
}

/** All columns of a name. */
export function nameColumns(name: PersonName): NameColumns {
  return { display_name: joinName(name), given_name: name.given, family_name: name.family }
}

/** The parts of the name in a row. */
export function nameIn(row: Readonly<NameColumns>): PersonName {
  return row.given_name === null
    ? splitName(row.display_name)
    : { given: row.given_name, family: row.family_name }
}
