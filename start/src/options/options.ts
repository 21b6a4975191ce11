import type { Ports } from '../ports/ports.js'

/** What the system is started with. */
export interface StartOptions {
  /** The folder of the repository. */
  readonly root: string
  /** The file of the system's manifest. */
  readonly config: string
  /** The folder of the local state. */
  readonly state: string
  /** Begin anew: forget the data, the credentials and the logs of the embedded server. */
  readonly fresh: boolean
  /** 0 for any free one. */
  readonly ports: Ports
  /** Where FREEHOLD_SERVER_URL and LOG_LEVEL are looked for, and PATH, HOME and NODE_ENV of every process. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends the start when it is aborted. What runs already is stopped. */
  readonly signal?: AbortSignal
  /** Told what happens, from the first step to the last. */
  readonly onEvent?: (event: StartEvent) => void
}

/** What happens while the system starts and runs. */
export type StartEvent =
  /** A step that takes time begins. */
  | { readonly kind: 'step'; readonly what: string }
  /** A step is done. */
  | { readonly kind: 'done'; readonly what: string; readonly milliseconds: number }
  /** A process ended that should run. */
  | {
      readonly kind: 'ended'
      readonly name: string
      readonly how: string
      readonly againInMilliseconds: number
    }
  /** It runs again. */
  | { readonly kind: 'back'; readonly name: string; readonly pid: number }
  /** The system stops, or a process of it does. */
  | { readonly kind: 'stopping'; readonly what: string }
