/** How a process ended, in words: `exit code 1`, `SIGKILL`. */
export function ending(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ?? `exit code ${code ?? 'unknown'}`
}
