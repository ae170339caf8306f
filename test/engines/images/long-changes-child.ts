// A proxy in front of an engine's socket that answers `/changes` with as many rows as it is told, run by long-changes.ts: in a process of its own,
// since making them holds up whoever does it.
import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'

const [own = '', engineSocket = '', rows = '0', pad = ''] = process.argv.slice(2)
const inFolder = 1000
const server = createServer((asked, answer) => {
  answer.on('error', () => undefined)
  if (/\/changes$/.test(asked.url ?? '')) {
    void sendRows(answer, Number(rows), 'x'.repeat(Number(pad)))
    return
  }
  const { url: path, method, headers } = asked
  const onward = request({ socketPath: engineSocket, path, method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    answer.flushHeaders()
    response.pipe(answer)
    response.on('error', () => answer.destroy())
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  asked.pipe(onward)
})
server.keepAliveTimeout = 0
server.listen(own, () => process.stdout.write('ready\n'))
process.stdin.resume().once('end', () => process.exit(0))

/** In the order and with the parents that Docker has. */
async function sendRows(answer: ServerResponse, count: number, padding: string): Promise<void> {
  answer.writeHead(200, { 'Content-Type': 'application/json' })
  const gone = new Promise((resolve) => answer.once('close', resolve))
  const write = async (text: string): Promise<void> => {
    if (!answer.write(text)) await Promise.race([once(answer, 'drain').catch(() => undefined), gone])
  }
  await write('[{"Path":"/new","Kind":1}')
  for (let folder = 0; folder * inFolder < count && !answer.destroyed; folder += 1) {
    const name = `/new/folder-${String(folder)}`
    const parts = [`,{"Path":"${name}","Kind":1}`]
    for (let file = 0; file < inFolder; file += 1)
      parts.push(`,{"Path":"${name}/file-${String(file)}-${padding}.txt","Kind":1}`)
    await write(parts.join(''))
  }
  answer.end(']\n')
}
