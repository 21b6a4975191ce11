/** The range that a status is of, `4XX`. */
export function hundredOf(status: string): string {
  return `${status.slice(0, 1)}XX`
}

/** Whether it is a range of statuses. */
export function isRange(status: string): boolean {
  return /^\dXX$/.test(status)
}

/** Whether it, or all of its range, is no failure. */
export function isSuccess(status: string): boolean {
  return status.startsWith('2') || status.startsWith('3')
}
