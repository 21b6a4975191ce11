import { setTimeout as delay } from 'node:timers/promises'
import type { Queryable } from '../database/index.js'
import type { Recorder } from './recorder.js'
import type { Recording } from './recording.js'
import { SourcePlaces } from './source-places.js'
import { StatementFile } from './statement-file.js'
import { StatementTable } from './statement-table.js'

/** What tells now and then what was recorded. */
export interface Reporting {
  /** Tells what is left, for two seconds at most, and no more. Never fails. */
  close(): Promise<void>
}

/** Where it is told. */
interface Sink {
  readonly hasNews: boolean
  tell(): Promise<void>
}

const usualEveryMs = 10_000
/** A version that runs is seen so often, and times of use are so late at most. */
const atLeastEveryMs = 60_000
const atMostEveryMs = 600_000
const firstAfterMs = 1_000
const patienceAtCloseMs = 2_000

/**
 * Tells the database, and the folder where there is one, what a recorder has heard. What fails is tried again after
 * ever longer pauses, up to ten minutes.
 */
export function startReporting(recorder: Recorder, db: Queryable, recording: Recording): Reporting {
  const places = new SourcePlaces(recording.root ?? process.cwd())
  const { folder } = recording
  const sinks: { readonly sink: Sink; readonly isToldAnyway: boolean }[] = [
    { sink: new StatementTable(db, recorder, recording.version, places), isToldAnyway: true },
  ]
  if (folder !== undefined) {
    sinks.push({
      sink: new StatementFile(recorder, { ...recording, folder }, places),
      isToldAnyway: false,
    })
  }
  const regular = sinks.map(({ sink, isToldAnyway }) => tellRegularly(sink, isToldAnyway, recording))
  return {
    async close() {
      const timer = new AbortController()
      const patience = delay(patienceAtCloseMs, undefined, { ref: false, signal: timer.signal }).catch(
        () => undefined,
      )
      await Promise.race([Promise.all(regular.map((each) => each.close())), patience])
      timer.abort()
    },
  }
}

function tellRegularly(sink: Sink, isToldAnyway: boolean, recording: Recording): Reporting {
  const { everyMs = usualEveryMs, onError = () => undefined } = recording
  const intervals = Math.ceil(atLeastEveryMs / everyMs)
  let failures = 0
  let quiet = intervals
  let timer = setTimeout(look, Math.min(firstAfterMs, everyMs)).unref()
  let running: Promise<void> | undefined

  const tell = async (): Promise<void> => {
    try {
      await sink.tell()
      failures = 0
      quiet = 0
    } catch (error) {
      failures += 1
      onError(error)
    }
  }
  function look(): void {
    quiet += 1
    const isDue = sink.hasNews || (isToldAnyway && quiet >= intervals)
    running = (isDue ? tell() : Promise.resolve()).finally(() => {
      running = undefined
      timer = setTimeout(look, Math.min(everyMs * 2 ** failures, atMostEveryMs)).unref()
    })
  }
  return {
    async close() {
      await running
      clearTimeout(timer)
      await tell()
    },
  }
}
