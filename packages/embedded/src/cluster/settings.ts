import { FreeholdError } from '@freehold/manifest/errors'

const decidedHere = ['port', 'listen_addresses', 'unix_socket_directories', 'hba_file', 'data_directory']

/**
 * The server's settings, as arguments of `postgres`.
 *
 * @param options - `durable`: whether a commit survives a crash of the machine. `settings`: the caller's,
 *   which win over ours.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_BAD_OPTION` when one of the caller's is decided here.
 */
export function settingArguments(options: {
  port: number
  durable: boolean
  settings: Readonly<Record<string, string>>
}): string[] {
  for (const name of Object.keys(options.settings)) {
    if (/^[a-z_][a-z0-9_.]*$/.test(name) && !decidedHere.includes(name)) continue
    throw new FreeholdError('FREEHOLD_EMBEDDED_BAD_OPTION', {
      message: `The setting "${name}" is no setting's name, or one that the embedded server decides itself.`,
      fix: `Leave it out. The embedded server decides ${decidedHere.join(', ')}.`,
      details: { name },
    })
  }
  const settings = {
    max_connections: '100',
    shared_buffers: '128MB',
    max_prepared_transactions: '0',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // After a crash, one call in the place of one for every file.
    ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] %q%u@%d ',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
    port: String(options.port),
    // Loopback alone; and no Unix socket, whose path could be too long or belong to somebody else.
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
