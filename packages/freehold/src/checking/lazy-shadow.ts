import { openShadow, type Shadow } from '../shadow/index.js'

/** A shadow that is opened when it is first needed: most checks need none. */
export interface LazyShadow {
  /** @throws FreeholdError as {@link openShadow}, each time. */
  open(): Promise<Shadow>
  /** Removes it, if it was opened. */
  remove(): Promise<void>
}

/** Promises a shadow, on a server of one's own where no URL is given. */
export function lazyShadow(url: string | undefined): LazyShadow {
  let opened: Promise<Shadow> | undefined
  return {
    open: () => (opened ??= openShadow({ url })),
    async remove() {
      const shadow = await opened?.catch(() => undefined)
      await shadow?.remove()
    },
  }
}
