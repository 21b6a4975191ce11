/** Errors of schemas that move while versions of a service run. */
export const evolvingErrors = {
  FREEHOLD_MIGRATION_DIRECTIVE: {
    meaning: 'A line "-- freehold: …" in a migration is not one that Freehold understands. Nothing was run.',
    fix: 'Mend the line at the place shown; docs/expand-and-contract.md says what may stand there.',
  },
  FREEHOLD_CONTRACT_WAITS: {
    meaning:
      'A contract step waits, because something may still use the old shape, or because that was not observed for long enough; and a migration comes after it, which may be needed. What came before it stays applied.',
    fix: 'Give the step the highest number, so that it holds nothing back; `freehold migrate new --before-contracts` does it for what it writes. Or wait until the time shown, after what still uses the old shape has gone; `freehold migrate status` shows what it waits for. `--contract-now <reason>` applies it nevertheless, and records the reason.',
  },
  FREEHOLD_EVOLUTION_REFUSED: {
    meaning: 'The files of an expand-and-contract path cannot be written for that table or column.',
    fix: 'Do what the message says, or write the migration by hand.',
  },
  FREEHOLD_EVOLUTION_EXPRESSION: {
    meaning: 'An expression of --using or --back is not one that can stand in a path.',
    fix: 'Write one SQL expression over the columns that are named, without a subquery.',
  },
} as const
