import { logsOfKind } from './logs-of.js'
import type { Service } from './service.js'
import type { Personal } from './table.js'

/** The log in which a service keeps who was to be forgotten and what was done, or nothing when it has none. */
export function erasureLogOf(service: Pick<Service, 'owns'>): string | undefined {
  return logsOfKind(service, 'erasure')[0]
}

/**
 * The mutable tables of a service with something personal in them, whose rows it erases itself.
 *
 * @param purpose - Only those that are kept for it; all when absent.
 */
export function personalTablesOf(
  { name, owns }: Pick<Service, 'name' | 'owns'>,
  purpose?: string,
): PersonalTable[] {
  return Object.entries(owns).flatMap(([table, declared]) => {
    if (declared.mutability !== 'mutable' || declared.personal === undefined) return []
    const { personal, projection } = declared
    if (purpose !== undefined && purposeOf(personal, name) !== purpose) return []
    return [{ table, personal, isProjection: projection !== undefined }]
  })
}

/** For what a service keeps something personal: in its tables, its logs, and the events that it tells. */
export function purposesOf({
  name,
  owns,
  publishes,
}: Pick<Service, 'name' | 'owns' | 'publishes'>): string[] {
  const marked = [...Object.values(owns), ...publishes].flatMap(({ personal }) => personal ?? [])
  return [...new Set(marked.map((personal) => purposeOf(personal, name)))]
}

/** A mutable table with something personal in it. */
export interface PersonalTable {
  readonly table: string
  readonly personal: Personal
  /** Whether other builds of it may be beside it, which hold the same. */
  readonly isProjection: boolean
}

function purposeOf({ purpose }: Personal, service: string): string {
  return purpose ?? service
}
