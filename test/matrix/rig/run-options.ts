import { importImage } from '../../engines/images/images'
import { imageArchive, loadImage } from '../../engines/images/loaded-image'
import type { PrivateEngine } from '../../engines/engine/private-engine'

/** A container that nobody touches, and how it is made: options as a shell reads them. */
export interface RunOptions {
  readonly name: string
  readonly options: string
  /** `linked` where nothing is said. */
  readonly image?: keyof typeof images
  /** An engine that alone knows the options. */
  readonly on?: 'Docker' | 'Podman'
  /** The rig has not all that it needs: Docker 20.10 gives it every capability that it knows of. */
  readonly mayFail?: true
  /** Nothing of it is in a layer, whichever engine it is; tried on the newest ones alone. */
  readonly alike?: true
  /** Options of its own say where its network is. */
  readonly hasNetwork?: true
}

export const images = {
  /** Has links in all ways that a mount can come by. */
  linked: 'lamina-test/linked:1',
  /** Asks for a working directory, a volume and a user that it does not have. */
  declared: 'lamina-test/declared:1',
  /** Has nothing that engines expect: no /etc, no /run. */
  bare: 'lamina-test/bare:1',
} as const

const links = String.raw`
mkdir -p etc run var data srv opt/full sbin home
ln -s /run var/run; ln -s ../data srv/data; ln -s second first; ln -s srv/data second
ln -s ../../../../opt away; ln -s loop loop
echo root:x:0:0:root:/:/bin/sh >etc/passwd; echo me:x:1000:1000::/home:/bin/sh >>etc/passwd; echo root:x:0: >etc/group
echo conf >etc/app.conf; echo 1 >opt/full/a
`

export async function loadOptionImages({ docker }: PrivateEngine): Promise<void> {
  await loadImage(docker, await imageArchive(images.linked, [{ script: links }]))
  const declared = ['WORKDIR /made/dir', 'VOLUME /declared/here', 'USER 1000:1000']
  await importImage(docker, images.declared, {}, declared)
  await importImage(docker, images.bare)
}

/** On the engine's host; every container may mount it. */
export const boundFile = '/tmp/bound/file'

export const runOptions: readonly RunOptions[] = [
  { name: 'plain', options: '' },
  { name: 'bare', options: '', image: 'bare' },
  { name: 'declared', options: '', image: 'declared' },
  { name: 'named-volume', options: '-v things:/things -v read:/only/read:ro' },
  { name: 'anonymous-volume', options: '-v /anonymous', alike: true },
  { name: 'bind-directory', options: '-v /tmp/bound:/deep/er/bound' },
  { name: 'bind-file', options: `-v ${boundFile}:/new.conf` },
  { name: 'bind-over-file', options: `-v ${boundFile}:/etc/app.conf` },
  { name: 'bind-by-mount', options: '--mount type=bind,src=/tmp/bound,dst=/by/mount,readonly', alike: true },
  { name: 'volume-over-directory', options: '-v copied:/opt/full' },
  { name: 'nested', options: '-v outer:/outer -v inner:/outer/in/ner' },
  { name: 'nested-apart', options: '-v below:/a/b/c -v above:/a' },
  { name: 'under-link', options: '-v under:/var/run/app' },
  { name: 'under-chain', options: '-v chained:/first/deep/app' },
  { name: 'link-out-of-root', options: '-v out:/away/app' },
  { name: 'on-link', options: '-v onlink:/srv/data' },
  { name: 'other-names', options: `-v 'odd:/öd/with space/in' -v dots:/data/../dotted/./deep/` },
  {
    name: 'into-etc-run-dev',
    options: `-v ${boundFile}:/etc/deep/er/app.conf -v ${boundFile}:/run/secrets/own -v ${boundFile}:/dev/app`,
  },
  { name: 'own-hosts', options: `-v ${boundFile}:/etc/hosts` },
  { name: 'mount-tmpfs', options: '--mount type=tmpfs,dst=/in-memory/here' },
  { name: 'tmpfs', options: '--tmpfs /scratch' },
  { name: 'tmpfs-under-link', options: '--tmpfs /var/run/scratch' },
  { name: 'read-only', options: '--read-only' },
  { name: 'read-only-with-tmpfs', options: '--read-only --tmpfs /run' },
  { name: 'working-directory', options: '-w /new/dir', on: 'Docker' },
  { name: 'working-directory-of-user', options: '-w /new/dir -u me', on: 'Docker' },
  { name: 'working-directory-under-link', options: '-w /var/run/work/here', on: 'Docker' },
  { name: 'working-directory-in-volume', options: '-v work:/wm -w /wm/inner' },
  { name: 'user', options: '--user 1000:1000', alike: true },
  { name: 'unknown-user', options: '--user 1234:5678 --group-add 77' },
  { name: 'hostname', options: '--hostname here.example --add-host other:192.0.2.1' },
  {
    name: 'dns',
    options: '--network host --dns 192.0.2.53 --dns-search example.org',
    hasNetwork: true,
    alike: true,
  },
  { name: 'network-host', options: '--network host', hasNetwork: true, alike: true },
  { name: 'ipc-and-uts-host', options: '--ipc host --uts host', alike: true },
  { name: 'pid-host', options: '--pid host', on: 'Docker', alike: true },
  { name: 'cgroupns', options: '--cgroupns host', alike: true },
  { name: 'userns-host', options: '--userns host', alike: true },
  { name: 'shm', options: '--shm-size 8m --sysctl net.ipv4.ip_forward=1', alike: true },
  { name: 'devices', options: '--device /dev/null:/dev/own --device /dev/null:/dev/deep/own' },
  { name: 'privileged', options: '--privileged', mayFail: true, alike: true },
  {
    name: 'capabilities',
    options: '--cap-add NET_ADMIN --cap-drop CHOWN --security-opt no-new-privileges',
    alike: true,
  },
  // Podman 4.3 raises the limit of processes where another limit alone is given.
  { name: 'ulimit', options: '--ulimit nofile=64:64 --ulimit nproc=1024:1024', alike: true },
  {
    name: 'entrypoint',
    options: '--entrypoint /bin/tail -e A=1 --env B=2 --label a=b --stop-signal KILL',
    alike: true,
  },
  { name: 'health', options: '--health-cmd true --restart always --tty --interactive', alike: true },
  { name: 'init', options: '--init', on: 'Docker' },
  { name: 'podman-init', options: '--init --init-path /usr/bin/tini-static', on: 'Podman' },
  { name: 'secret', options: '--secret word --secret word,target=/kept/deep/word', on: 'Podman' },
  { name: 'systemd', options: '--systemd always', on: 'Podman' },
  { name: 'image-mount', options: `--mount type=image,src=${images.bare},dst=/from/image`, on: 'Podman' },
  { name: 'in-pod', options: '--pod pod', on: 'Podman', hasNetwork: true },
]

/** Made when the others are: what it takes its mounts from has to be there. */
export const takingMounts: RunOptions = { name: 'volumes-from', options: '--volumes-from named-volume' }

const prepare = {
  Docker: '',
  Podman: `printf word | podman secret create word - >/dev/null
podman pod create --name pod --network none --infra-image ${images.linked} --infra-command 'tail -f /dev/null' >/dev/null`,
} as const

/** A shell script that makes all of them for an engine, side by side; what fails is printed. */
export function createScript(cli: string, engine: 'Docker' | 'Podman', all: readonly RunOptions[]): string {
  const create = ({ name, options, image = 'linked', hasNetwork }: RunOptions) =>
    [
      `{ ${cli} create --name ${name} --stop-timeout 0 ${hasNetwork ? '' : '--network none'} ${options}`,
      `${images[image]} ${name === 'entrypoint' ? '' : 'tail'} -f /dev/null >/dev/null 2>/tmp/${name}.err`,
      `|| sed "s/^/${name}: /" /tmp/${name}.err; }`,
    ].join(' ')
  return [
    `mkdir -p /tmp/bound; echo bound >${boundFile}`,
    prepare[engine],
    ...all.map((options) => `${create(options)} &`),
    `wait; ${create(takingMounts)}`,
  ].join('\n')
}

/** What scripts printed, without what may fail. */
export function failures(printed: string): string[] {
  const mayFail = runOptions.filter((one) => one.mayFail).map(({ name }) => `${name}: `)
  return printed.split('\n').filter((line) => line !== '' && !mayFail.some((name) => line.startsWith(name)))
}

/** Those that an engine knows and is to be tried with. */
export function optionsOn(engine: 'Docker' | 'Podman', isNewest: boolean): RunOptions[] {
  return runOptions.filter(({ on = engine, alike = false }) => on === engine && (isNewest || !alike))
}

/** A shell script that does the same with all of them, side by side; what fails is printed. */
export function eachScript(cli: string, verb: string, names: readonly string[]): string {
  const one = (name: string) =>
    `{ ${cli} ${verb} ${name} >/dev/null 2>/tmp/${name}.err || sed "s/^/${name}: /" /tmp/${name}.err; } &`
  return [...names.map(one), 'wait'].join('\n')
}
