const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const traceparent = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** Whether it is a UUID of any version. */
export function isUuid(value: string): boolean {
  return uuid.test(value)
}

/** Whether it is a W3C traceparent of version 00 (https://www.w3.org/TR/trace-context/#traceparent-header). */
export function isTraceparent(value: string): boolean {
  return traceparent.test(value)
}
