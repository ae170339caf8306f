import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isFailure } from '../../../../electron/core/base/failure'
import { hopTo, nobodyAborts, person, transportOver } from '../../../builders/hosts/ssh-host'
import { soundKey, startScriptedSshd } from '../../../engines/ssh/scripted-sshd'

// A process of its own, run by a user whose number of threads can be limited: it allows itself no more of them, then logs in with an
// encrypted key, which is opened in a thread, and another one behind it. Prints what came of it and what the log says.
const server = await startScriptedSshd({
  login: (attempt) => {
    if (attempt.method === 'publickey') attempt.accept()
    else attempt.reject(['publickey'])
  },
})
const folder = dirname(server.knownHostsFile)
const [encrypted, plain] = [join(folder, 'encrypted'), join(folder, 'plain')]
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
// A format that does not tell its public part before it is opened.
await writeFile(
  encrypted,
  privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'right' }),
  { mode: 0o600 },
)
await writeFile(plain, soundKey().private, { mode: 0o600 })
execFileSync('prlimit', ['--pid', String(process.pid), '--nproc=1'])

const transport = transportOver(hopTo(server, { identityFiles: [encrypted, plain] }))
const outcome = await transport.open(person(['right']), nobodyAborts).then(
  () => 'in',
  (error: unknown) => (isFailure(error) ? error.failure : String(error)),
)
console.log(JSON.stringify({ outcome, log: transport.log().map(({ text }) => text) }))
await transport.close()
await server.close()
