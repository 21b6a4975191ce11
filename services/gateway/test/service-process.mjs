// A service in a process of its own, so that it can be killed. It never answers `/api/notes/hang`.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.url !== '/api/notes/hang') response.end('{}')
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('disconnect', () => process.exit())
