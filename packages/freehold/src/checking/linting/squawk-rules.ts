/** Rules of squawk that are switched off, each with why. */
export const switchedOff: Readonly<Record<string, string>> = {
  'require-lock-timeout': 'the runner sets lock_timeout for every statement, and tries again',
  'require-statement-timeout':
    'the runner bounds waiting for locks; how long a backfill takes is its own affair',
  'require-timeout-settings': 'the same, as older versions of squawk call it',
  'prefer-robust-stmts': 'a file runs in one transaction, or is journaled statement by statement',
  'transaction-nesting': 'the runner refuses BEGIN and COMMIT',
  'ban-uncommitted-transaction': 'the runner refuses BEGIN and COMMIT',
  'ban-concurrent-index-creation-in-transaction':
    'the runner takes such a file out of the transaction by itself',
  'require-table-schema': "plain names are the service's own, and SQL never names its schema",
  'ban-drop-column': 'contract/not-declared says it, with what holds the step back',
  'ban-drop-table': 'contract/not-declared says it, with what holds the step back',
  'renaming-column': 'contract/rename says it',
  'renaming-table': 'contract/rename says it',
  'adding-required-field': 'required/no-default says it, and knows which tables are new',
  'adding-field-with-default': 'rewrite/column-of-every-row says it, and knows which tables are new',
  'prefer-bigint-over-int':
    'a version counts writes of one row; what a column holds is for its author to say',
  'prefer-bigint-over-smallint': 'what a column holds is for its author to say',
}
