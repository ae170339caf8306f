import { createHash } from 'node:crypto'
import { outputOf } from '../transport/transport'
import { containerdFunction } from './containerd-tool'
import type { HostFiles } from './host-files'

/**
 * Data root, digest and the digest as Podman's store names its file come as the three lines of standard input: moby's image store, which
 * is one for each storage driver, that of containers/storage, containerd's content. What is not there is an empty answer.
 */
const readScript = `${containerdFunction}
IFS= read -r root && IFS= read -r digest && IFS= read -r name || exit 3
for file in "$root/image"/*/imagedb/content/sha256/"$digest" "$root/overlay-images/$digest/$name"; do
  [ ! -f "$file" ] || exec cat "$file"
done
containerd content get "sha256:$digest" 3>/dev/null || exit 0
`

/** An index of several platforms has a manifest for each; more than these are not looked through. */
const mostManifests = 20

/**
 * The config document of an image with these layers as the host keeps it, by the image's id, which is the config's digest or, on the containerd
 * store, that of a manifest or an index of manifests (OCI image-spec). All bytes must hash to the digest that names them, so nothing else can be
 * taken for them. Nothing where it cannot be had.
 * @throws FailureError `command-failed`
 */
export async function readImageConfig(
  host: HostFiles,
  dataRoot: string,
  image: { readonly id: string; readonly diffIds: readonly string[] },
  signal: AbortSignal,
): Promise<string | undefined> {
  const read = (digest: string) => readBlob(host, dataRoot, digest, signal)
  const isConfig = ({ rootfs }: Document) => equal(rootfs?.diff_ids, image.diffIds)
  const first = await read(image.id)
  if (first === undefined || isConfig(first)) return first?.text
  for (const { digest } of first.manifests?.slice(0, mostManifests) ?? [{ digest: image.id }]) {
    const manifest = digest === image.id ? first : await read(digest)
    const config = manifest?.config && (await read(manifest.config.digest))
    if (config !== undefined && isConfig(config)) return config.text
  }
  return undefined
}

/** What of a config, a manifest or an index is looked at (OCI image-spec, config.md, manifest.md, image-index.md). */
interface Document {
  readonly text: string
  readonly rootfs?: { readonly diff_ids: readonly string[] }
  readonly config?: { readonly digest: string }
  readonly manifests?: readonly { readonly digest: string }[]
}

async function readBlob(
  { transport, elevated }: HostFiles,
  dataRoot: string,
  name: string,
  signal: AbortSignal,
): Promise<Document | undefined> {
  const digest = name.replace(/^sha256:/, '')
  if (!/^[a-f0-9]{64}$/.test(digest)) return undefined
  // containers/storage, store.go, makeBigDataBaseName.
  const inPodman = `=${Buffer.from(`sha256:${digest}`).toString('base64')}`
  const input = Buffer.from(`${dataRoot}\n${digest}\n${inPodman}\n`)
  const bytes = await outputOf(transport, { script: readScript, input, elevated }, signal)
  if (createHash('sha256').update(bytes).digest('hex') !== digest) return undefined
  return documentIn(bytes.toString('utf8'))
}

function documentIn(text: string): Document | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const rootfs = field(json, 'rootfs')
  const diffIds = field(rootfs, 'diff_ids')
  const config = digestOf(field(json, 'config'))
  const manifests = field(json, 'manifests')
  return {
    text,
    ...(isStrings(diffIds) ? { rootfs: { diff_ids: diffIds } } : {}),
    ...(config === undefined ? {} : { config: { digest: config } }),
    ...(Array.isArray(manifests)
      ? { manifests: manifests.map((one) => ({ digest: digestOf(one) ?? '' })) }
      : {}),
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

function digestOf(descriptor: unknown): string | undefined {
  const digest = field(descriptor, 'digest')
  return typeof digest === 'string' ? digest : undefined
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function equal(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((diffId, index) => diffId === other[index])
}
