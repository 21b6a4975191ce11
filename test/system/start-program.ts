import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { freePort } from '@freehold/embedded'

/** Far more than anything takes here, so that only what never happens fails; in milliseconds. */
export const patience = 60_000

/** What `npm start` runs, running. */
export interface StartProgram {
  readonly pid: number
  /** All that it has written, to both of its outputs. */
  readonly output: () => string
  /** Comes back when it has written this, and fails when it ended before. */
  readonly says: (words: string | RegExp) => Promise<void>
  /** Settles with how it ended. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Presses Ctrl-C: the terminal sends SIGINT to the whole foreground group. */
  readonly pressCtrlC: () => Promise<number | NodeJS.Signals>
  /** Ends the program, and not what it started. */
  readonly kill: () => Promise<number | NodeJS.Signals>
}

/**
 * Runs the program behind `npm start` as a shell would: as the leader of a process group.
 *
 * @param home - A folder of the test's own. The gateway is told nothing of the state; by this it is recognised.
 * @param args - After those for a free port of the gateway's, and any port for everybody else.
 */
export async function runStart(home: string, ...args: string[]): Promise<StartProgram> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const others = ['auth', 'user', 'notes', 'postgres'].flatMap((name) => [`--${name}-port`, '0'])
  const ports = ['--port', String(await freePort()), ...others]
  const child = spawn(process.execPath, ['scripts/start.mjs', ...ports, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: home, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  return programOf(child)
}

function programOf(child: ChildProcess): StartProgram {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  // Its outputs are closed as well: nothing that it says is missed.
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
  const signal = async (target: number, name: NodeJS.Signals): Promise<number | NodeJS.Signals> => {
    // The number of one that ended may be somebody else's by now.
    if (child.pid !== undefined && !isOver()) process.kill(target, name)
    return ended
  }
  const pid = child.pid ?? 0
  return {
    pid,
    output: () => output,
    says: async (words) => {
      const said = (): boolean => (typeof words === 'string' ? output.includes(words) : words.test(output))
      await expect.poll(() => said() || isOver(), { timeout: patience, interval: 20 }).toBe(true)
      expect(said() ? '' : output, `what it said in place of ${String(words)}`).toBe('')
    },
    ended,
    pressCtrlC: () => signal(-pid, 'SIGINT'),
    kill: () => signal(pid, 'SIGKILL'),
  }
}
