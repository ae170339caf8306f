import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLamina, type Lamina } from '../../../electron/operations/application'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { runCommand } from '../../engines/run-command'
import { sshLine } from '../../engines/ssh/ssh-line'
import { laminaProcess } from '../lamina-process'
import { timed, timedInTurn, timingOf, type Timing } from '../measure'
import type { Figure } from '../report'

/** Milliseconds each way of the long line, and so of a round trip twice that. */
const longWay = 25
const roundTrip = 2 * longWay
const atOnce = 20

/** What `hosts.connect` takes. */
interface Host {
  readonly host: string
  readonly identityFile: string
  readonly knownHostsFile: string
}

/** What a host costs over SSH, on loopback and over a long line, beside the same without SSH or by other tools. */
export async function sshFigures(engine: PrivateDocker, many: string): Promise<Figure[]> {
  // The docker command on the host asks the engine that its environment names.
  const server = await startPrivateSshd({ config: [`SetEnv DOCKER_HOST=${engine.dockerHost}`] })
  const folder = await mkdtemp(join(tmpdir(), 'lamina-bench-ssh-'))
  try {
    const identityFile = await server.makeKey('ed25519')
    await server.authorize('root', identityFile)
    const host = {
      host: server.address('root', engine.socketPath),
      identityFile,
      knownHostsFile: server.knownHostsFile,
    }
    return [
      ...(await nearFigures(engine, server, host, folder, many)),
      await firstListFigure(server, host, folder),
      ...(await farFigures(server, host, engine.socketPath, folder)),
    ]
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function nearFigures(
  engine: PrivateDocker,
  server: PrivateSshd,
  host: Host,
  folder: string,
  many: string,
): Promise<Figure[]> {
  const lamina = await laminaProcess(engine.dockerHost)
  const hostId = host.host
  await lamina.ms('hosts.connect', host)
  const listed = await timed(() => lamina.ms('containers.list', { hostId }), { runs: 200, warmUp: 50 })
  const env = await environmentWithKey(host, folder)
  const dockerOverSsh = ['-H', server.address('root'), 'ps']
  const byDocker = await timed(() => runCommand('docker', dockerOverSsh, { env }), { runs: 10 })
  const [remote, local] = await timedInTurn(
    () => lamina.ms('changes.list', { hostId, containerId: many }),
    () => lamina.ms('changes.list', { hostId: 'local', containerId: many }),
    { runs: 5, warmUp: 2 },
  )
  const memory = await lamina.peakMemory()
  await lamina.close()
  return [
    {
      what: 'list of containers on a connected host over SSH, loopback',
      lamina: listed,
      other: { what: '`docker -H ssh:// ps`', timing: byDocker },
      promise: 'at most 3 ms and at least 50 × faster than `docker -H ssh://`',
      kept: listed.median <= 3 && byDocker.median / listed.median >= 50,
    },
    {
      what: `changes of a container with 120000 changed paths, with sizes, over SSH, loopback (the process held at most ${Math.round(memory / 1e6)} MB)`,
      lamina: remote,
      other: { what: 'the same without SSH', timing: local },
      promise: 'at most 1.5 × the local time (ratio at least 0.667)',
      kept: remote.median / local.median <= 1.5,
    },
  ]
}

async function firstListFigure(server: PrivateSshd, host: Host, folder: string): Promise<Figure> {
  const dataDir = join(folder, 'saved')
  await mkdir(dataDir)
  const open = (): Lamina =>
    createLamina({ dataDir, env: process.env, interactive: false, opensOnDemand: true })
  const saving = open()
  await valueOf(saving, 'hosts.add', host)
  await saving.close()
  const firstList = async (): Promise<number> => {
    const lamina = open()
    const began = performance.now()
    await valueOf(lamina, 'containers.list', { hostId: host.host })
    const took = performance.now() - began
    await lamina.close()
    return took
  }
  const login = () =>
    runCommand('ssh', [...sshOptions(host), '-p', `${server.port}`, 'root@127.0.0.1', 'true'])
  const [first, byOpenSsh] = await timedInTurn(firstList, login, { runs: 15, warmUp: 2 })
  return {
    what: 'from no connection to the first list, over SSH, loopback',
    lamina: first,
    other: { what: '`ssh host true`', timing: byOpenSsh },
    promise: 'at most 1.5 × `ssh host true` (ratio at least 0.667)',
    kept: first.median / byOpenSsh.median <= 1.5,
  }
}

async function farFigures(
  server: PrivateSshd,
  host: Host,
  socketPath: string,
  folder: string,
): Promise<Figure[]> {
  const line = await sshLine(server.port, { delay: longWay })
  const knownHostsFile = join(folder, 'known_hosts_of_line')
  const { stdout } = await runCommand('ssh-keyscan', ['-t', 'ed25519', '-p', `${line.port}`, '127.0.0.1'])
  await writeFile(knownHostsFile, stdout)
  const dataDir = join(folder, 'far')
  await mkdir(dataDir)
  const lamina = createLamina({ dataDir, env: process.env, interactive: false })
  try {
    const hostId = `ssh://root@127.0.0.1:${line.port}${socketPath}`
    await valueOf(lamina, 'hosts.connect', { ...host, host: hostId, knownHostsFile })
    const list = () => valueOf(lamina, 'containers.list', { hostId })
    const one = await timed(list, { runs: 40, warmUp: 3 })
    const all = await timed(() => Promise.all(Array.from({ length: atOnce }, list)), { runs: 10, warmUp: 1 })
    return [
      {
        what: `list of containers over a line with ${longWay} ms each way`,
        lamina: one,
        other: { what: 'a round trip of the line', timing: fixed(roundTrip) },
        promise: 'at most 1.3 round trips (ratio at least 0.769)',
        kept: one.median <= 1.3 * roundTrip,
      },
      {
        what: `${atOnce} lists at once over the same line`,
        lamina: all,
        other: { what: 'a round trip of the line', timing: fixed(roundTrip) },
        promise: 'at most 3 round trips in all (ratio at least 0.333)',
        kept: all.median <= 3 * roundTrip,
      },
    ]
  } finally {
    await lamina.close()
    await line.close()
  }
}

async function valueOf(lamina: Lamina, operation: string, input: object): Promise<void> {
  const result = await lamina.call(operation, input)
  if (!result.ok) throw new Error(`${operation} failed: ${result.failure.message}`)
}

/** An environment in which `ssh`, also when docker starts it, uses the benchmark's key and nothing of the user's. */
async function environmentWithKey(host: Host, folder: string): Promise<NodeJS.ProcessEnv> {
  const tools = join(folder, 'tools')
  await mkdir(tools)
  const script = join(tools, 'ssh')
  const options = sshOptions(host)
    .map((option) => `'${option}'`)
    .join(' ')
  await writeFile(script, `#!/bin/sh\nexec /usr/bin/ssh ${options} "$@"\n`)
  await chmod(script, 0o755)
  return { ...process.env, PATH: `${tools}:${process.env['PATH'] ?? ''}` }
}

function sshOptions({ identityFile, knownHostsFile }: Host): string[] {
  const options = [`UserKnownHostsFile=${knownHostsFile}`, 'IdentitiesOnly=yes', 'BatchMode=yes']
  return ['-F', 'none', '-i', identityFile, ...options.flatMap((option) => ['-o', option])]
}

/** A time that is set and not measured. */
function fixed(milliseconds: number): Timing {
  return timingOf([milliseconds])
}
