import { defaultPorts, portFlags } from '../ports/ports.js'

/** What `npm start -- --help` prints. */
export const usage = `Starts the notes system: PostgreSQL, three services and the gateway.

  npm start                          all of it, at http://localhost:${defaultPorts.gateway}
  npm start -- <flags>

  --fresh                            begin anew: forget the embedded server's data, credentials, logs
  ${flag(portFlags.gateway)}the gateway's port (${defaultPorts.gateway})
  ${flag(portFlags.auth)}auth-service's (${defaultPorts.auth})
  ${flag(portFlags.user)}user-service's (${defaultPorts.user})
  ${flag(portFlags.notes)}notes-service's (${defaultPorts.notes})
  ${flag(portFlags.postgres)}PostgreSQL's (${defaultPorts.postgres})
  --config <file>                    the manifest (freehold.config.ts)
  --state <folder>                   the local state (.freehold)
  --help                             this text

With FREEHOLD_SERVER_URL (an administrator's URL; or FREEHOLD_SERVER_URL_AUTH, _USER, _NOTES) the system
runs on servers that exist already, PostgreSQL 15 to 18.

Exit codes: 0 stopped as asked, 1 failed, 2 the command line is wrong.
`

function flag(name: string): string {
  return `${name} <number>`.padEnd(35)
}
