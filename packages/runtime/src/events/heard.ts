import type { DataOf, EventContract, PersonalOf } from '@freehold/manifest'
import type { MayBeErased } from '../personal/index.js'

/** The data of an event as its consumer gets it: a personal member may have been erased. */
export type HeardOf<Contract extends EventContract> = [PersonalOf<Contract>] extends [never]
  ? DataOf<Contract>
  : MayBeErased<DataOf<Contract>, PersonalOf<Contract>>
