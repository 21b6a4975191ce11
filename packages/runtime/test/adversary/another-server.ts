import pg from 'pg'
import type { Workshop } from '../fixtures/workshop.js'

/** The administrator of a workshop, who makes its log look as if it came from another server. */
export interface AnotherServer {
  /**
   * Brings rows in, as a restore does: with their seqs, and with transaction ids of a server that is far ahead.
   *
   * @param keys - The keys of the rows by their seqs.
   */
  bringIn(keys: ReadonlyMap<number, string>): Promise<void>
  /** Says what the next seq is, as a restore does at its end. */
  setSequence(last: number): Promise<void>
  /** Makes what was sealed until now the work of another server. */
  moveHere(): Promise<void>
  /** Lets this server come past all transaction ids that were brought in. */
  catchUp(): Promise<void>
  /** Asks for a new epoch, as an administrator does who has brought rows in by hand. */
  startAnew(): Promise<void>
  run(sql: string): Promise<void>
  close(): Promise<void>
}

/** More than all tests together take while one of them runs: what is brought in lies in the future. */
const ahead = 10_000

export async function anotherServer(shop: Workshop): Promise<AnotherServer> {
  const client = new pg.Client(shop.adminUrl)
  // A test may put everybody out of the database.
  client.on('error', () => undefined)
  await client.connect()
  return {
    async bringIn(keys) {
      await client.query(
        `insert into workshop.events (seq, xid, id, type, key, data)
         overriding system value
         select r.seq, (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + $1 + r.seq)::text::xid8,
           gen_random_uuid(), 'workshop.made.v1', r.key, '{}'
         from rows from (unnest($2::bigint[]), unnest($3::text[])) as r (seq, key)`,
        [ahead, [...keys.keys()], [...keys.values()]],
      )
    },
    async setSequence(last) {
      await client.query(`select setval('workshop.events_seq_seq', $1)`, [last])
    },
    async moveHere() {
      await client.query('update freehold.epoch set system_identifier = 1')
    },
    async catchUp() {
      await client.query(`do $$
        declare
          last constant xid8 := (select max(e.xid) from workshop.events e);
        begin
          commit;
          while pg_current_xact_id() <= last loop
            commit;
          end loop;
        end
      $$`)
    },
    async startAnew() {
      await client.query(
        `update freehold.sealing set starts_anew = true where service = 'workshop' and log = 'events'`,
      )
    },
    async run(sql) {
      await client.query(sql)
    },
    close: () => client.end(),
  }
}
