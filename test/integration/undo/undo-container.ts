import { bytesFromContainer, runInContainer, startContainer } from '../../engines/docker/containers'
import { withTemporaryFolder } from '../../engines/files'
import { writeBusybox } from '../../engines/images/images'
import { runCommand } from '../../engines/run-command'
import { sharedEngine } from '../../engines/docker/shared-engine'

/** A path of 4,000 bytes, in names of 200. No image here has one: the engine's own directories would make it too long. */
export const longPath = `/u${`/${'n'.repeat(199)}`.repeat(19)}/${'n'.repeat(4000 - 2 - 19 * 200 - 1)}`

/** What the image has, with owners, modes, times below the second, capabilities and attributes. */
const lower = `
mkdir -p u/dir/sub u/typed-dir u/opaque/sub u/mode u/away u/gone/sub; cd u
echo 'lower text' >file; chmod 640 file; chown 7:8 file; setfattr -n user.note -v kept file
echo ping >ping; chmod 755 ping; setcap cap_net_raw+ep ping
echo a >dir/a; ln dir/a dir/hard; ln -s a dir/link; mkfifo dir/pipe; mknod dir/null c 1 3; echo b >dir/sub/b
setcap cap_net_raw+ep dir/sub/b; chmod 4751 dir/a; chown 5:6 dir/sub; printf x >"dir/$(printf 'caf\\351')"
ln -s file link; echo was-file >typed-file; echo x >typed-dir/x
echo lost >opaque/lost; echo both >opaque/both; echo deep >opaque/sub/deep
chmod 750 mode; chown 3:4 mode; echo keep >mode/keep
echo away >away/file; echo g >gone/sub/g; echo hard >hard1; ln hard1 hard2
printf 'not utf-8' >"$(printf 'caf\\351')"
find . -exec touch -h -d '2020-01-02 03:04:05.678' {} +
`

/** What a container does to it; `add` puts in what the image does not have. */
const changes = {
  modify: `echo 'upper text, longer' >/u/file; chmod 600 /u/file; chown 0:0 /u/file`,
  ping: `echo changed >/u/ping`,
  deleteFile: `rm /u/file`,
  deleteDirectory: `rm -r /u/dir`,
  add: `mkdir -p /u/new/sub; echo n >/u/new/sub/n; ln -s /etc /u/new/out; echo other >/u/stays`,
  fileToDirectory: `rm /u/typed-file; mkdir /u/typed-file; echo in >/u/typed-file/in`,
  directoryToFile: `rm -r /u/typed-dir; echo now-file >/u/typed-dir`,
  opaque: `rm -r /u/opaque; mkdir /u/opaque; echo new >/u/opaque/both; echo extra >/u/opaque/extra`,
  mode: `chmod 777 /u/mode; chown 9:9 /u/mode; echo added >/u/mode/added`,
  link: `ln -sfn elsewhere /u/link`,
  notUtf8: `cd /u; echo changed >"$(printf 'caf\\351')"; echo new >"$(printf 'new\\351')"`,
  away: `mkdir /target; echo target >/target/file; rm -r /u/away; ln -s /target /u/away`,
  gone: `rm -r /u/gone`,
  long: `cd /u; n=${'n'.repeat(199)}
for i in $(seq 19); do mkdir $n; cd $n; done; echo deep >${longPath.slice(longPath.lastIndexOf('/') + 1)}`,
  hard: `echo changed >>/u/hard1`,
} as const
export type ChangeName = keyof typeof changes

/** Imports the image of the undo cases: busybox and what `lower` makes. */
export async function importUndoImage(reference: string): Promise<void> {
  const { docker } = sharedEngine()
  await withTemporaryFolder(async (root) => {
    await writeBusybox(root)
    await runCommand('bash', ['-euc', lower], { cwd: root })
    const flags = ['--format=pax', '--xattrs', '--xattrs-include=*', '--numeric-owner']
    const tar = (await runCommand('tar', ['-C', root, ...flags, '-c', '.'])).bytes
    await docker(['import', '-', reference], { input: tar })
  })
}

/** Starts a container of the image in which these changes happened. */
export async function changedContainer(image: string, name: string, ...what: ChangeName[]): Promise<string> {
  const { docker } = sharedEngine()
  const id = await startContainer(docker, { name, image })
  await runInContainer(docker, name, what.map((one) => `(\n${changes[one]}\n)\n`).join(''))
  return id
}

/** Everything that a container shows at paths and below them: types, modes, owners, sizes, seconds, targets, contents. */
export async function shown(container: string, ...paths: readonly string[]): Promise<string> {
  const { docker } = sharedEngine()
  const script = paths.map(
    (path) => `p=$(printf '%b.' '${octal(path)}'); p=\${p%.}
if [ -e "$p" ] || [ -h "$p" ]; then
find "$p" -exec stat -c '%f %u %g %h %s %Y %t %T %N' {} + | sed 's/^\\(4[0-9a-f]* [0-9]* [0-9]* \\)[0-9]* [0-9]*/\\1/' | sort -k9
find "$p" -type f -exec md5sum {} + | sort
else echo nothing; fi`,
  )
  return (await bytesFromContainer(docker, container, script.join('\n'))).toString('latin1')
}

/** The host's directory of a container's own layer. */
export async function upperOf(container: string): Promise<string> {
  const { docker } = sharedEngine()
  return (await docker(['inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', container])).stdout.trim()
}

function octal(bytes: string): string {
  return [...bytes].map((byte) => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')
}
