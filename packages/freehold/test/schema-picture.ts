import type pg from 'pg'

/** Everything that the migrations of a test make: definitions, rows, and the records of the runner. */
export async function schemaPicture(client: pg.Client, schema: string): Promise<unknown> {
  const { rows } = await client.query<{ picture: unknown }>(
    `select json_build_object(
       'columns', (select json_agg(format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) order by table_name, ordinal_position)
          from information_schema.columns where table_schema = $1),
       'indexes', (select json_agg(format('%s %s %s', indisvalid, indisready, pg_get_indexdef(indexrelid)) order by indexrelid::regclass::text)
          from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = $1::regnamespace),
       'constraints', (select json_agg(format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) order by conrelid::regclass::text, conname)
          from pg_constraint where connamespace = $1::regnamespace),
       'partitions', (select json_agg(format('%s of %s %s', inhrelid::regclass, inhparent::regclass, inhdetachpending) order by inhrelid::regclass::text)
          from pg_inherits),
       'labels', (select json_agg(enumlabel order by enumsortorder) from pg_enum),
       'people', (select json_agg(to_json(people) order by id) from ${schema}.people),
       'applied', (select json_agg(json_build_array(service, number, name, encode(checksum, 'hex')) order by number) from freehold.migrations),
       'steps', (select json_agg(json_build_array(service, number, step, encode(checksum, 'hex')) order by number, step) from freehold.migration_steps)
     ) as picture`,
    [schema],
  )
  return rows[0]?.picture
}
