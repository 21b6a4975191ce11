import { generateHelpTextForAllCommands, type Application, type CommandContext } from '@stricli/core'
import { application, description } from './application.js'

/** The reference of the command line in Markdown: what `--help` says, for all commands. */
export function cliReference(): string {
  // The texts are asked for and nothing is run, so that the context of a run does not matter.
  const commands = generateHelpTextForAllCommands(application() as unknown as Application<CommandContext>)
  const sections = commands.map(([route, help]) => `## \`${route}\`\n\n\`\`\`text\n${help.trim()}\n\`\`\``)
  const head =
    '# The command line\n\nWritten by the test `reference.test.ts` from what `freehold --help` says.'
  return `${[head, description, outputs, ...sections].join('\n\n')}\n`
}

const outputs = `Results go to stdout, progress and errors to stderr. An error is what happened, what to do about it, and a code that [errors.md](errors.md) explains.

With \`--json\` stdout is one document and nothing else. An error is one too:

\`\`\`json
{ "error": { "code": "FREEHOLD_…", "message": "…", "fix": "…", "details": {} } }
\`\`\``
