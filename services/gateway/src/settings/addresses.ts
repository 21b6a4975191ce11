/** Where the services listen. */
export interface Addresses {
  readonly auth: URL
  readonly user: URL
  readonly notes: URL
}

/** The name of a service behind the door. */
export type ServiceName = keyof Addresses
