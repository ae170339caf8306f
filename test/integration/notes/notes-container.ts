import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { baseImage, sharedEngine } from '../../engines/docker/shared-engine'
import { nextSecond } from '../../engines/wait'

/** What the image has. */
const layers = [
  `mkdir -p /c/lost/deep /c/replaced/sub /c/dir /c/moved/in
  echo one >/c/lost/a; echo first >/c/lost/b; ln /c/lost/a /c/lost/deep/again; echo gone >/c/lost/gone
  printf 12345 >/c/replaced/f; printf 1 >/c/replaced/both; printf 1 >/c/replaced/sub/g
  echo same >/c/touched; echo same >/c/edited; echo same >/c/mode; echo longer >/c/type; ln -s a /c/link
  cp /bin/busybox /c/tool; echo unique >/c/old-name; echo in >/c/moved/in/file; echo once >/c/twice`,
  `echo second >/c/lost/b; rm /c/lost/gone; echo twice >/c/twice`,
]

/** A capability set as the kernel keeps it: revision 2, effective, cap_net_raw (13) permitted (struct vfs_cap_data). */
export const netRaw = Buffer.from('AQAAAgAgAAAAAAAAAAAAAAAAAAA=', 'base64')

/** What happens in the container. */
const inContainer = `
cd /c
rm -r lost replaced; mkdir replaced; printf 2 >replaced/both
touch -d '2001-02-03 04:05:06' touched; printf 'SAME\\n' >edited; chmod 600 mode; chown 7:8 mode
rm type; mkdir type; ln -sf b link; chmod 755 tool; echo added >added
mv old-name new-name; cp -a moved moved-to; rm -r moved; echo 3 >twice
printf 'not utf-8' >"$(printf 'caf\\351')"
`

export async function startNotesContainers(image: string, names: readonly string[]): Promise<void> {
  const { docker } = sharedEngine()
  await buildLayers(docker, image, baseImage, layers)
  // So that each time that the container sets is another one than the image's, through the engine as well.
  await nextSecond()
  for (const name of names) {
    await startContainer(docker, { name, image })
    await runInContainer(docker, name, inContainer)
  }
}

export async function removeNotesContainers(image: string, names: readonly string[]): Promise<void> {
  const { docker } = sharedEngine()
  await removeContainers(docker, ...names)
  await removeImages(docker, image)
}
