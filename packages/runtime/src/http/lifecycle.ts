/** Where an application is in its life. `runUntilStopped` writes it, readiness reads it. */
export interface Lifecycle {
  /** Whether it was told to stop and only finishes what it has begun. */
  stopping: boolean
}

declare module 'fastify' {
  interface FastifyInstance {
    lifecycle: Lifecycle
  }
}
