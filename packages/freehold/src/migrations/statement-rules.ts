import type { ParsedStatement } from './parsed-statement.js'

/** Why a statement may not stand in a migration. */
export interface Refusal {
  /** How the statement is called. */
  readonly statement: string
  readonly message: string
  readonly fix: string
}

/** Why the statement is refused, if it is: it would take over what is the runner's part. */
export function refusal(statement: ParsedStatement): Refusal | undefined {
  const { TransactionStmt, VariableSetStmt, DiscardStmt, CopyStmt, IndexStmt } = statement
  if (TransactionStmt) {
    const name =
      TransactionStmt.kind?.replace('TRANS_STMT_', '').replaceAll('_', ' ') ?? 'transaction control'
    return {
      statement: name,
      message: `${name} does not belong into a migration: the runner opens and ends the transaction.`,
      fix: 'Remove it. What must not share a transaction goes into a migration of its own.',
    }
  }
  if (VariableSetStmt?.name === 'role' || VariableSetStmt?.name === 'session_authorization') {
    const verb = VariableSetStmt.kind === 'VAR_RESET' ? 'RESET' : 'SET'
    const name = `${verb} ${VariableSetStmt.name === 'role' ? 'ROLE' : 'SESSION AUTHORIZATION'}`
    return {
      statement: name,
      message: `${name} does not belong into a migration: it runs as the service's owner.`,
      fix: "Remove it. What the owner may not do is the platform's to do.",
    }
  }
  if (DiscardStmt?.target === 'DISCARD_ALL') {
    return {
      statement: 'DISCARD ALL',
      message: "DISCARD ALL does not belong into a migration: it would drop the runner's lock.",
      fix: 'Remove it.',
    }
  }
  if (CopyStmt && CopyStmt.filename === undefined) {
    return {
      statement: 'COPY',
      message:
        'COPY FROM STDIN and TO STDOUT do not belong into a migration: there is no stream to read or write.',
      fix: 'Use INSERT … VALUES.',
    }
  }
  if (IndexStmt?.concurrent && IndexStmt.idxname === undefined) {
    return {
      statement: 'CREATE INDEX CONCURRENTLY',
      message: 'CREATE INDEX CONCURRENTLY needs a name here: a broken attempt is found again by it.',
      fix: 'Give the index a name.',
    }
  }
  return undefined
}
