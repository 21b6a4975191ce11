import type { CheckFinding } from '../checking/finding.js'
import type { State, Step } from './course.js'
import { readCatalog } from './catalog.js'
import { narrowingsBetween } from './narrowings.js'
import { openSide } from './side.js'
import type { StatementReport } from './check-statements.js'

/**
 * Finds the statement of a migration that is behind each finding, by going on step by step and asking after each.
 *
 * @param state - A copy at the old schema, with rows. It is used up.
 * @returns The findings, with the place where one was found.
 */
export async function withCauses(
  state: State,
  reports: readonly StatementReport[],
): Promise<CheckFinding[][]> {
  const broken = reports.flatMap((report) => report.broken)
  const narrowed = reports
    .flatMap((report) => report.narrowed)
    .filter(({ finding }) => finding.direction !== 'rollback')
  if (broken.length + narrowed.length === 0) return reports.map(({ findings }) => [...findings])
  const standing = new Map(broken.map(({ finding }) => [finding, finding.direction === 'rollback']))
  const causes = new Map<CheckFinding, Step>()
  const before = narrowed.length === 0 ? undefined : await readCatalog(state.side)
  for await (const step of state.goOnStepwise()) {
    if (before) {
      const found = new Set(
        narrowingsBetween(before, await readCatalog(state.side)).map(({ message }) => message),
      )
      for (const { finding, by } of narrowed)
        if (!causes.has(finding) && found.has(by.message)) causes.set(finding, step)
    }
    await using session = await openSide(state.side)
    for (const { finding, by } of broken) {
      const isBroken = await by.isBrokenOn(session)
      if (isBroken === standing.get(finding)) continue
      standing.set(finding, isBroken)
      // Broken by this step in one direction, mended by it in the other.
      if (isBroken === (finding.direction !== 'rollback')) causes.set(finding, step)
    }
  }
  return reports.map(({ findings }) =>
    findings.map((finding) => {
      const place = causes.get(finding)
      return place === undefined ? finding : { ...finding, place }
    }),
  )
}
