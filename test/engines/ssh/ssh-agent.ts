import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listens } from '../ports'
import { eventually } from '../wait'
import { runCommand } from '../run-command'

/** An ssh-agent of the test's own. */
export interface PrivateAgent {
  readonly socketPath: string
  add(keyPath: string): Promise<void>
  stop(): Promise<void>
}

/** Starts an ssh-agent; it ends with `stop()` or with this process. */
export async function startPrivateAgent(): Promise<PrivateAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-agent-'))
  const socketPath = join(folder, 'agent.sock')
  const agent = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'ssh-agent', '-D', '-a', socketPath], {
    stdio: 'ignore',
  })
  // Its socket is there a little before it listens.
  await eventually(() => listens(socketPath), { what: 'the agent to listen' })
  return {
    socketPath,
    async add(keyPath) {
      await runCommand('ssh-add', ['-q', keyPath], { env: { ...process.env, SSH_AUTH_SOCK: socketPath } })
    },
    async stop() {
      const ended = once(agent, 'exit')
      agent.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
