import { databaseOf } from '@freehold/manifest'
import { asAdministrator } from '../provisioning/administrator.js'
import { superuserAssault, type Field } from './assaults.js'
import { attackAs, lanesOf, type Arena } from './attack-as.js'
import type { Finding } from './finding.js'
import { makeAttacks } from './make-attacks.js'
import { limitWaits } from './session.js'
import type { Survey } from './survey.js'
import { compareTraces, tracesOf } from './traces.js'

/** Attacks from inside one database, as each role of each of its services, all of them at once. */
export async function attackDatabase(arena: Arena, survey: Survey): Promise<Finding[]> {
  const { context, group, scope } = arena
  const { system } = context
  const { services } = survey
  if (scope.chapters.every((chapter) => chapter === 'static')) return []
  return asAdministrator(group.url, survey.database, async (administrator) => {
    await limitWaits(administrator)
    const field: Field = {
      system,
      survey,
      powerful: arena.powerful,
      neighbours: system.services.map((service) => ({
        service,
        database: databaseOf(system, service),
        isHere: arena.here.includes(service),
        pid: arena.pids.get(service.name),
      })),
    }
    const before = await tracesOf(administrator, survey)
    const attacking = services.filter((service) => scope.services.some(({ name: of }) => of === service.name))
    const byRoles = await Promise.all(
      attacking.flatMap((service) => lanesOf(service).map((lane) => attackAs(arena, service, lane, field))),
    )
    // What a superuser may lock, the roles might wait for: it comes after them.
    const bySuperuser: Finding[] = []
    if (scope.chapters.includes('immutability'))
      for (const service of attacking)
        bySuperuser.push(
          ...(await makeAttacks(
            { own: administrator, administrator, url: group.url },
            superuserAssault(service, field),
          )),
        )
    const after = await compareTraces(administrator, survey, before)
    return [...byRoles.flat(), ...bySuperuser, ...after].filter(({ chapter }) =>
      scope.chapters.includes(chapter),
    )
  })
}
