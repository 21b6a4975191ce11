import { expectTypeOf, test } from 'vitest'
import type pg from 'pg'
import type { Database, Queryable, Transaction } from './index.js'

test('whoever can run a statement is a queryable', () => {
  expectTypeOf<pg.Pool>().toExtend<Queryable>()
  expectTypeOf<pg.PoolClient>().toExtend<Queryable>()
  expectTypeOf<Database>().toExtend<Queryable>()
  expectTypeOf<Transaction>().toExtend<Queryable>()
})
