// A service in a process of its own, so that it can be killed. It tells of `/api/notes/hang`, and never answers it.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.url === '/api/notes/hang') process.send({ hanging: true })
  else response.end('{}')
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('disconnect', () => process.exit())
