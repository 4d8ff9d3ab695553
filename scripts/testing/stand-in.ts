/**
 * A small server in place of a real part, for `steps.test.ts`. It says its port on stdout, and takes one
 * order as its only argument: `serve`, `deaf` (does not end when asked to) or `fail` (ends with 7).
 * A POST makes it end with 3.
 */
import { createServer } from 'node:http'

const [order = 'serve', port = '0'] = process.argv.slice(2)

if (order === 'fail') process.exit(7)
if (order === 'deaf') process.on('SIGTERM', () => console.log('asked'))

const server = createServer((request, response) => {
  if (request.method === 'POST') process.exit(3)
  response.end('here')
})
server.listen(Number(port), '127.0.0.1')
