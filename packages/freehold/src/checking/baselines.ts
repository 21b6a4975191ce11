import { FreeholdError } from '@freehold/manifest/errors'
import type { ReleasedVersion } from './released-version.js'

/**
 * The releases that a working tree is compared with, the newest first: the last one. Where that is the version of the
 * working tree itself, as right after a release, the one before it too: it is what may still run.
 *
 * @param releases - The newest last.
 * @param version - The version of the working tree.
 * @param against - A version that was asked for.
 * @throws FreeholdError `FREEHOLD_CHECK_NO_SUCH_RELEASE` when none of the releases is the one that was asked for.
 */
export function baselinesOf(
  service: string,
  releases: readonly ReleasedVersion[],
  version: string | undefined,
  against: string | undefined,
): ReleasedVersion[] {
  if (against === undefined) {
    const isReleased = releases.at(-1)?.version === version
    return releases.slice(isReleased ? -2 : -1).toReversed()
  }
  const found = releases.find((release) => release.version === against)
  if (found) return [found]
  const names = releases.map((release) => release.version)
  throw new FreeholdError('FREEHOLD_CHECK_NO_SUCH_RELEASE', {
    message: `The service "${service}" has no release ${against}.`,
    ...(names.length > 0 && { fix: `Use one of: ${names.join(', ')}.` }),
    details: { service, version: against, releases: names },
  })
}
