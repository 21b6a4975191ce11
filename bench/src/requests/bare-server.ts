import Fastify from 'fastify'
import pg from 'pg'

// The other side of the comparison: what one writes when nothing matters but speed. A process of its own.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? '', max: 10 })
const app = Fastify()

app.put<{ Params: { id: string }; Body: { title: string; body: string } }>('/notes/:id', async (request) => {
  const { title, body } = request.body
  const { rows } = await pool.query<{ id: string }>(
    'update plain_notes set title = $1, body = $2, version = version + 1, updated_at = now() where id = $3 returning *',
    [title, body, request.params.id],
  )
  return rows[0]
})

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
process.send?.({ type: 'ready' })
process.once('disconnect', () => process.exit())
