import { PgBoss } from 'pg-boss'

/** The queue that its jobs wait in. */
export const queue = 'note-revised'

/**
 * Starts pg-boss without what it does on the side, so that nothing but the jobs is measured.
 *
 * @param notify - Whether a job that is sent wakes those who wait, by NOTIFY.
 */
export async function startPgBoss(url: string, { notify }: { notify: boolean }): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    max: 10,
    supervise: false,
    schedule: false,
    useListenNotify: notify,
  })
  boss.on('error', (error) => {
    console.error(error)
  })
  await boss.start()
  await boss.createQueue(queue, { notify })
  return boss
}
