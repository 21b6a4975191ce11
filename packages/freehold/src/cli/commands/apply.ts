import { FreeholdError } from '@freehold/manifest/errors'
import { applyPlan } from '../../provisioning/apply-plan.js'
import { planSystem } from '../../provisioning/plan-system.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { planJson, planText } from '../views/plan.js'

const somethingIsLeft = 2

/** `freehold apply` */
export async function apply(
  invocation: Invocation<GlobalFlags & { readonly yes: boolean }>,
): Promise<Answer> {
  const { flags, terminal, workspace } = invocation
  const context = await (await workspace()).provisioning()
  const plan = await planSystem(context)
  const problems = plan.changes.filter(({ action }) => action === 'problem')
  if (plan.changes.length === problems.length) {
    return {
      json: { ...planJson(plan), applied: [] },
      text: planText(plan, terminal.colors),
      exitCode: problems.length > 0 ? somethingIsLeft : 0,
    }
  }
  if (!terminal.json) terminal.out(planText(plan, terminal.colors))
  if (!flags.yes) await confirmed(invocation)
  let count = 0
  const applied = await applyPlan(context, plan, {
    onChange: ({ object }) => {
      terminal.status(`${(count += 1)} of ${plan.changes.length} ${object}`)
    },
  }).finally(() => terminal.status(''))
  const done = terminal.colors.green(
    `Applied ${applied.length} ${applied.length === 1 ? 'change' : 'changes'}.`,
  )
  const json = { ...planJson(plan), applied }
  if (problems.length === 0) return { json, text: done }
  const left = problems.map(({ object, summary }) => `  ${object}: ${summary}`)
  return {
    json,
    text: [done, 'Left for a migration or a person:', ...left].join('\n'),
    exitCode: somethingIsLeft,
  }
}

async function confirmed({ terminal }: Invocation<GlobalFlags>): Promise<void> {
  if (!terminal.interactive) {
    throw new FreeholdError('FREEHOLD_CLI_NOT_CONFIRMED', {
      message: 'There is no terminal to ask at, so nothing was changed.',
      fix: 'Look at `freehold plan`, then run `freehold apply --yes`.',
    })
  }
  const { confirm } = await import('@clack/prompts')
  if ((await confirm({ message: 'Apply these changes?', initialValue: false })) === true) return
  throw new FreeholdError('FREEHOLD_CLI_NOT_CONFIRMED', { message: 'Not confirmed. Nothing was changed.' })
}
