import type { HostDescription } from '../../stores/hosts/host-connection'

/** What a shell takes as one plain word that is no option; names of images are no others (OCI distribution-spec, "Pulling manifests"). */
const plainWord = /^[A-Za-z0-9][\w.:/@-]*$/

/** The command that gets a container's image into its engine again; nothing where the image has no name to be pulled by. */
export function pullCommand(
  engine: HostDescription['engine'],
  hostId: string,
  { image, imageId }: { readonly image: string; readonly imageId: string },
): string | undefined {
  const isId = imageId.replace(/^sha256:/, '').startsWith(image.replace(/^sha256:/, ''))
  if (isId || !plainWord.test(image)) return undefined
  const program = engine === 'Podman' ? 'podman' : 'docker'
  // Another engine of this machine is known by its socket.
  if (!hostId.startsWith('unix://')) return `${program} pull ${image}`
  if (!plainWord.test(hostId)) return undefined
  return `${program} ${engine === 'Podman' ? '--url' : '--host'} ${hostId} pull ${image}`
}
