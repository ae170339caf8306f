import { hostname } from 'node:os'
import { readerLabel } from '../../../electron/engine/engine'
import { buildLayers } from '../../engines/images/images'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { baseImage, sharedEngine } from '../../engines/docker/shared-engine'

/** What the image has. */
const layers = [
  `mkdir -p /c/opaque/sub /c/parent /c/old
  echo 'lower text' >/c/text; echo 'only below' >/c/unchanged; echo 'was here' >/c/deleted
  echo 'in the old one' >/c/opaque/lost; echo 'deep' >/c/opaque/sub/deep; echo 'kept' >/c/opaque/both
  echo 'below the directory' >/c/parent/file; ln -s text /c/link; echo 'first layer' >/c/twice; echo gone >/c/old/gone
  chmod 640 /c/text; chown 7:8 /c/text`,
  `echo 'second layer' >/c/twice; rm /c/old/gone`,
]

/** What happens in the container. Printf's octal escapes make names that are not UTF-8. */
const inContainer = `
cd /c
echo 'upper text' >text; rm deleted; rm -r opaque; mkdir opaque; echo 'new one' >opaque/both
printf '\\211PNG\\r\\n\\032\\n\\000\\000\\000\\015IHDR' >picture.png
printf '\\000\\001\\002\\377' >binary; : >empty
printf '\\326\\320\\316\\304\\262\\342\\312\\324\\n' >chinese
ln -s loop loop; ln -s ../../../../../../etc/hostname out; ln -sf other link; ln -s /c inside
rm -r parent; ln -s /etc parent
mkfifo pipe; mknod null c 1 3; mknod disk b 7 0
ln -s /c/socket /dev/log; syslogd; while [ ! -S socket ]; do sleep 0.1; done
truncate -s 100G sparse
echo 'newline' >"$(printf 'new\\nline\\n.')"
echo 'not utf-8' >"$(printf 'caf\\351')"; echo 'another' >"$(printf 'caf\\350')"
mkdir tree; echo a >tree/a; mkdir tree/b; echo b >tree/b/c; ln -s a tree/link; echo x >"$(printf 'tree/caf\\351')"
head -c 3000000 /dev/zero | tr '\\0' x >large
`

/** Builds the image of the content cases and starts containers of it in which everything happened. */
export async function startContentContainers(image: string, names: readonly string[]): Promise<void> {
  const { docker } = sharedEngine()
  await buildLayers(docker, image, baseImage, layers)
  for (const name of names) {
    await startContainer(docker, { name, image })
    await runInContainer(docker, name, inContainer)
  }
}

export async function removeContentContainers(image: string, names: readonly string[]): Promise<void> {
  const { docker } = sharedEngine()
  await removeContainers(docker, ...names)
  await removeImages(docker, image)
}

/** Containers that Lamina made in this process to read an image; those of other test files come and go meanwhile. */
export async function readerContainers(): Promise<string[]> {
  const mine = `${hostname()}/${String(process.pid)}/`
  return (await allReaders()).filter(({ owner }) => owner.startsWith(mine)).map(({ id }) => id)
}

/** Every container that somebody made to read an image, and who that was. */
export async function allReaders(): Promise<{ id: string; owner: string }[]> {
  const { docker } = sharedEngine()
  const format = ['--format', `{{.ID}} {{.Label "${readerLabel}"}}`]
  const { stdout } = await docker(['ps', '--all', '--filter', `label=${readerLabel}`, ...format])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [id = '', owner = ''] = line.split(' ')
    return { id, owner }
  })
}
