/** @typedef {import('@freehold/manifest').System} System */
/** @typedef {import('@freehold/manifest').Table} Table */

const purposes = {
  audit: 'Who did what, and when',
  events: 'What happened, for others to hear of',
  history: 'Every revision of',
  witness: 'Signed checkpoints that other services told',
}

/**
 * The parts of a document that the manifest decides, by the name of their markers.
 *
 * @param {System} system
 * @param {Pick<typeof import('@freehold/manifest'), 'databaseOf' | 'rolesOf'>} manifest
 * @returns {Record<string, string>}
 */
export function ownershipBlocks(system, { databaseOf, rolesOf }) {
  return {
    'ownership matrix': matrix(system),
    references: references(system),
    'roles and databases': roles(system, databaseOf, rolesOf),
    'service to database': mapping(system, databaseOf, rolesOf),
  }
}

function matrix(system) {
  const names = system.services.map(({ name }) => name)
  const rows = system.services.flatMap((service) =>
    Object.entries(service.owns).map(([table, declared]) => {
      const cells = names.map((name) => (name === service.name ? may(declared) : '–'))
      return [`\`${service.schema}.${table}\``, kind(declared), purpose(service, table, declared), ...cells]
    }),
  )
  return markdownTable(['table', 'kind', 'what it is for', ...names.map((name) => `${name}-service`)], rows)
}

/** @param {Table} table */
function kind(table) {
  if (table.projection) return 'mutable (projection)'
  return table.mutability === 'mutable' ? 'mutable' : `immutable (${table.kind})`
}

function purpose(service, name, table) {
  if (table.projection) {
    const sources = Object.keys(table.projection.of).map((source) => `\`${source}\``)
    return `Made of the events of ${sources.join(', ')}, at most ${table.projection.stalenessMs / 1_000} s old; key \`${table.key}\``
  }
  if (table.mutability === 'mutable')
    return `Entity, key \`${table.key}\`${table.history ? `, history in \`${table.history}\`` : ''}`
  if (table.kind !== 'history') return purposes[table.kind]
  const [source] = Object.entries(service.owns).find(([, other]) => other.history === name) ?? ['nothing']
  return `${purposes.history} \`${source}\``
}

/** What the owner's running service may do. Everybody else may do nothing at all. @param {Table} table */
function may(table) {
  if (table.mutability === 'mutable') return '**owns**: read, insert, update (version + 1), delete'
  return table.kind === 'history' ? '**owns**: read; the database writes' : '**owns**: read, append'
}

function references(system) {
  const rows = system.services.flatMap((service) =>
    Object.entries(service.references).map(([from, { to }]) => [
      `\`${service.name}\``,
      `\`${from}\``,
      `\`${to}\``,
      'an id; no foreign key',
    ]),
  )
  return markdownTable(['service', 'column', 'refers to', 'how'], rows)
}

function roles(system, databaseOf, rolesOf) {
  const rows = system.services.map((service) => {
    const { app, migrator, owner, vault } = rolesOf(service)
    return [
      `${service.name}-service`,
      databaseOf(system, service),
      service.schema,
      app,
      migrator,
      owner,
      vault,
    ].map((each) => `\`${each}\``)
  })
  return markdownTable(
    ['service', 'database', 'schema', 'runs as', 'migrates as', 'owner (no login)', 'vault (no login)'],
    rows,
  )
}

function mapping(system, databaseOf, rolesOf) {
  const lines = ['flowchart LR', '  web([browser]) --> gateway']
  for (const service of system.services)
    lines.push(`  gateway -->|HTTP| ${service.name}[${service.name}-service]`)
  const databases = new Set(system.services.map((service) => databaseOf(system, service)))
  for (const database of databases) {
    lines.push(`  subgraph ${database}`)
    for (const service of system.services.filter((each) => databaseOf(system, each) === database)) {
      const tables = Object.keys(service.owns).join('<br/>')
      lines.push(`    ${service.name}_schema[("schema ${service.schema}<br/>${tables}")]`)
    }
    lines.push('  end')
  }
  for (const service of system.services)
    lines.push(`  ${service.name} -->|${rolesOf(service).app}| ${service.name}_schema`)
  for (const service of system.services) {
    const others = new Set(Object.values(service.references).map(({ to }) => to.split('.')[0]))
    for (const other of others) lines.push(`  ${service.name} -. ids only .-> ${other}`)
  }
  return ['```mermaid', ...lines, '```'].join('\n')
}

function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
