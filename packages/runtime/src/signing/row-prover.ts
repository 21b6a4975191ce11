import type { Service } from '@freehold/manifest'
import {
  includes,
  noteText,
  PartialTree,
  partsBeside,
  readCheckpoint,
  type LogName,
  type RowProof,
} from '@freehold/proof'
import type { Queryable } from '../database/index.js'
import { requireTable } from '../statements/require-table.js'
import { readPlaces, type RowPlace } from './row-places.js'
import { broken, keptHeights, lastCheckpoint } from './seal-tree.js'
import { signedSegments } from './signed-segments.js'
import { treeParts } from './tree-parts.js'

/** Proves rows of a log of the service, over the service's own connection. */
export interface RowProver {
  /** Where rows are, by their seqs. Those that are not sealed yet are left out. */
  places(seqs: readonly number[]): Promise<ReadonlyMap<number, RowPlace>>
  /**
   * Proofs of rows by their seqs, under the last checkpoint, in the form that `freehold logs prove` writes. Rows that cannot
   * be proven are left out: those that are not signed yet, and those of whose segment rows were archived. The number of
   * queries does not grow with that of the rows, and little is read of the tree of a long log.
   *
   * @throws FreeholdError `FREEHOLD_SEAL_BROKEN` when what was sealed or signed is no longer there as it was.
   */
  prove(seqs: readonly number[]): Promise<ReadonlyMap<number, RowProof>>
}

/** The most rows of several segments that are read at once; one is always whole. */
const mostRows = 10_000

type Place = RowPlace & { readonly seq: number }

/**
 * Proves rows of a log.
 *
 * @param service - Its part of the manifest.
 * @param log - The name of the log there.
 * @param db - Its database.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when the service owns no log of that name.
 */
export function rowProver(service: Service, log: string, db: Queryable): RowProver {
  requireTable(service, log, 'immutable')
  const name: LogName = { service: service.name, log }
  return {
    places: (seqs) => readPlaces(db, log, seqs),
    async prove(seqs) {
      const [checkpoint, places] = await Promise.all([lastCheckpoint(db, name), readPlaces(db, log, seqs)])
      if (checkpoint === undefined) return new Map()
      const provable = [...places]
        .map(([seq, place]): Place => ({ seq, ...place }))
        // What was signed since the checkpoint was read is proven the next time.
        .filter(({ isSigned, isArchived, segment }) => isSigned && !isArchived && segment <= checkpoint.size)
      const proofs: [number, RowProof][] = []
      for (const group of inGroups(provable)) proofs.push(...(await proveGroup(db, name, checkpoint, group)))
      return new Map(proofs)
    },
  }
}

async function proveGroup(
  db: Queryable,
  name: LogName,
  { size, note }: { readonly size: number; readonly note: string },
  places: readonly Place[],
): Promise<[number, RowProof][]> {
  const numbers = [...new Set(places.map(({ segment }) => segment))]
  const runs = partsBeside(
    size,
    numbers.map((number) => number - 1),
    keptHeights,
  )
  const [segments, parts] = await Promise.all([signedSegments(db, name, numbers), treeParts(db, name, runs)])
  const tree = new PartialTree(size, parts)
  const head = readCheckpoint(noteText(note))
  const paths = new Map(
    segments.map(({ number, hash, segment }) => {
      const path = tree.path(number - 1)
      // A proof that nobody would accept is not handed out.
      if (!includes(head, number - 1, hash, path)) throw broken(name, size)
      return [number, { segment, path }]
    }),
  )
  return places.map(({ seq, segment: number, position }) => {
    const found = paths.get(number)
    if (found === undefined) throw broken(name, size)
    return [seq, found.segment.proof(position, found.path, note)]
  })
}

/** Places in groups whose segments have so many rows together. */
function inGroups(places: readonly Place[]): Place[][] {
  const groups: Place[][] = []
  let [rows, last] = [0, 0]
  for (const place of places.toSorted((a, b) => a.segment - b.segment)) {
    if (place.segment !== last) rows += place.segmentRows
    if (groups.length === 0 || (place.segment !== last && rows > mostRows)) {
      groups.push([])
      rows = place.segmentRows
    }
    groups.at(-1)?.push(place)
    last = place.segment
  }
  return groups
}
