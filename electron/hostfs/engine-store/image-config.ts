import { createHash } from 'node:crypto'
import type { Platform } from '../../core/images/image'
import { outputOf } from '../../transport/transport'
import { containerdFunction } from './containerd-tool'
import type { HostFiles } from '../host/host-files'
import { field, jsonIn } from '../../core/base/json-field'

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

/** What an image is for and made of, as its config says, and the config itself. */
export interface HostImageConfig extends Platform {
  readonly text: string
  /** Bottom to top. */
  readonly diffIds: readonly string[]
}

/**
 * The config document of an image with these layers as the host keeps it, that of its own platform where an index has several with them.
 * Nothing where it cannot be had.
 * @throws FailureError `command-failed`
 */
export async function readImageConfig(
  host: HostFiles,
  dataRoot: string,
  image: Platform & { readonly id: string; readonly diffIds: readonly string[] },
  signal: AbortSignal,
): Promise<string | undefined> {
  let other: string | undefined
  for await (const config of imageConfigs(host, dataRoot, image.id, image, signal)) {
    if (!equal(config.diffIds, image.diffIds)) continue
    if (isFor(image, config)) return config.text
    other ??= config.text
  }
  return other
}

/**
 * The configs that an image has on the host, one for each platform of which there is something, `first`'s own before the others, by the image's id, which is the config's digest or, on the containerd
 * store, that of a manifest or an index of manifests (OCI image-spec). All bytes must hash to the digest that names them, so nothing else can be
 * taken for them.
 * @throws FailureError `command-failed`
 */
export async function* imageConfigs(
  host: HostFiles,
  dataRoot: string,
  imageId: string,
  first: Platform,
  signal: AbortSignal,
): AsyncGenerator<HostImageConfig> {
  const read = (digest: string) => readBlob(host, dataRoot, digest, signal)
  const top = await read(imageId)
  if (top?.image !== undefined) yield top.image
  if (top === undefined || top.image !== undefined) return
  const all = top.manifests ?? [{ digest: imageId, platform: first }]
  const own = all.filter(({ platform }) => isFor(platform, first))
  for (const { digest } of [...own, ...all.filter((one) => !own.includes(one))].slice(0, mostManifests)) {
    const manifest = digest === imageId ? top : await read(digest)
    const config = manifest?.config === undefined ? undefined : await read(manifest.config)
    if (config?.image !== undefined) yield config.image
  }
}

/** What of a config, a manifest or an index is looked at (OCI image-spec, config.md, manifest.md, image-index.md). */
interface Document {
  /** Of a config. */
  readonly image?: HostImageConfig
  /** Of a manifest: its config's digest. */
  readonly config?: string
  /** Of an index. */
  readonly manifests?: readonly { readonly digest: string; readonly platform: Platform }[]
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
  const bytes = await outputOf(
    transport,
    { name: "reading an image's configuration", script: readScript, input, elevated },
    signal,
  )
  if (createHash('sha256').update(bytes).digest('hex') !== digest) return undefined
  return documentIn(bytes.toString('utf8'))
}

function documentIn(text: string): Document | undefined {
  const json = jsonIn(text)
  if (json === undefined) return undefined
  const diffIds = field(field(json, 'rootfs'), 'diff_ids')
  const config = digestOf(field(json, 'config'))
  const manifests = field(json, 'manifests')
  return {
    ...(isStrings(diffIds) ? { image: { text, diffIds, ...platformIn(json) } } : {}),
    ...(config === undefined ? {} : { config }),
    ...(Array.isArray(manifests) ? { manifests: manifests.map(entryIn) } : {}),
  }
}

function entryIn(descriptor: unknown): { digest: string; platform: Platform } {
  return { digest: digestOf(descriptor) ?? '', platform: platformIn(field(descriptor, 'platform')) }
}

function platformIn(value: unknown): Platform {
  const [os, architecture] = [field(value, 'os'), field(value, 'architecture')]
  return {
    os: typeof os === 'string' ? os : '',
    architecture: typeof architecture === 'string' ? architecture : '',
  }
}

function isFor(one: Platform, other: Platform): boolean {
  return one.os === other.os && one.architecture === other.architecture
}

function digestOf(descriptor: unknown): string | undefined {
  const digest = field(descriptor, 'digest')
  return typeof digest === 'string' ? digest : undefined
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((diffId, index) => diffId === other[index])
}
