import type { EventContract } from '../events/event-contract.js'
import { personalShape } from './personal-shape.js'
import { ShapeReport } from './report.js'
import { isRecord, onlyKeys, text } from './values.js'

/** What has the wrong shape in the events that a service publishes. None at all is fine: it came later. */
export function publishesShape(value: unknown, path: string, report: ShapeReport): void {
  if (value === undefined) return
  if (!Array.isArray(value)) {
    report.wrong(path, 'is not a list of events', 'Give the results of defineEvent({ … }) in a list.')
    return
  }
  for (const [index, contract] of value.entries()) {
    contractShape(contract, `${path}.${typeOf(contract) ?? index}`, report)
  }
}

/** What has the wrong shape in one contract. Its data is judged where the schema is. */
export function contractShape(contract: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(contract)) {
    report.wrong(path, 'is not an event', 'Use the result of defineEvent({ … }).')
    return
  }
  onlyKeys(contract, ['type', 'key', 'data', 'description', 'personal'], path, report)
  text(contract['type'], `${path}.type`, report)
  text(contract['key'], `${path}.key`, report)
  if (!isRecord(contract['data'])) {
    report.wrong(`${path}.data`, 'is not a JSON Schema', 'Use Type.Object({ … }) of typebox.')
  }
  const description = contract['description']
  if (description !== undefined && typeof description !== 'string') {
    report.wrong(`${path}.description`, 'is not a text', 'Say in a sentence what happened, or remove it.')
  }
  if ('personal' in contract) personalShape(contract['personal'], `${path}.personal`, report)
}

/** What has the wrong shape in the events that a service consumes. None at all is fine. */
export function consumesShape(value: unknown, path: string, report: ShapeReport): void {
  if (value === undefined) return
  if (!isRecord(value)) {
    report.wrong(path, 'is not an object of events', "Write { user: ['user.profile-changed.v1'] }.")
    return
  }
  for (const [service, types] of Object.entries(value)) {
    if (!isListOfTypes(types)) {
      const fix = 'Name the events of that service in a list: their contracts, or their types in quotes.'
      report.wrong(`${path}.${service || '""'}`, 'is not a list of types of events', fix)
    }
  }
}

/** Whether a contract can be judged by its meaning. */
export function isContract(value: unknown): value is EventContract {
  if (!isRecord(value) || typeOf(value) === undefined || !isText(value['key'])) return false
  return isRecord(value['data']) && (!('personal' in value) || isPersonal(value['personal']))
}

function isPersonal(value: unknown): boolean {
  const report = new ShapeReport()
  personalShape(value, '', report)
  return report.readable
}

/** Whether it is a list of texts with something in them. */
export function isListOfTypes(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

/** The type of what may be a contract. */
export function typeOf(contract: unknown): string | undefined {
  return isRecord(contract) && isText(contract['type']) ? contract['type'] : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
