#!/usr/bin/env node
import { runCli } from './run-cli.js'

// Whoever reads may stop reading: `freehold plan | head` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(process.exitCode ?? 0)
})

process.exitCode = await runCli(process.argv.slice(2), process)
