import { createHash } from 'node:crypto'
import { outputOf } from '../../transport/transport'
import { containerdFunction } from './containerd-tool'
import type { HostFiles } from '../host/host-files'
import { field, jsonIn } from '../../core/base/json-field'

/**
 * Data root, snapshotter and the chain ids of layers, one a line, come on standard input. It prints what the first store says that knows
 * them: `moby` and, for each layer, its chain id and its bytes (moby, layer/filestore.go); `containerd` and the usage of the snapshots
 * that are named so; `podman` and the list of layers of containers/storage.
 */
const sizesScript = `${containerdFunction}
IFS= read -r root && IFS= read -r snapshotter || exit 3
chains=$(cat)
first=$(printf '%s\\n' "$chains" | head -n 1)
for folder in "$root/image"/*/layerdb/sha256; do
  [ -f "$folder/$first/size" ] || continue
  echo moby
  for chain in $chains; do
    { IFS= read -r size <"$folder/$chain/size" || [ -n "$size" ]; } 2>/dev/null && echo "$chain $size"
  done
  exit 0
done
for list in "$root"/*-layers/layers.json; do
  [ ! -f "$list" ] || { echo podman; exec cat "$list"; }
done
echo containerd
containerd snapshots --snapshotter "$snapshotter" usage -b $(printf 'sha256:%s ' $chains) 3>/dev/null || :
`

/**
 * Bytes of each layer (diff ids bottom to top) as the engine's store on the host has them, which are those that the engine reports where it
 * does: file sizes together (Docker), the uncompressed archive (Podman), what the files take on the disk (containerd).
 * Nothing for a layer that no store tells.
 * @throws FailureError `command-failed`
 */
export async function layerSizes(
  { transport, elevated }: HostFiles,
  { dataRoot, snapshotter }: { readonly dataRoot: string; readonly snapshotter: string },
  diffIds: readonly string[],
  signal: AbortSignal,
): Promise<(number | undefined)[]> {
  const chains = chainIds(diffIds)
  if (chains === undefined || !/^[\w.-]+$/.test(snapshotter)) return diffIds.map(() => undefined)
  const input = Buffer.from(`${[dataRoot, snapshotter, ...chains].join('\n')}\n`)
  const said = (
    await outputOf(
      transport,
      { name: 'reading the sizes of layers', script: sizesScript, input, elevated },
      signal,
    )
  ).toString('utf8')
  const end = said.indexOf('\n')
  const [store, rest] = [said.slice(0, end), said.slice(end + 1)]
  if (store === 'podman') {
    const sizes = sizesByDiffId(rest)
    return diffIds.map((diffId) => sizes.get(diffId))
  }
  const sizes = sizesByChain(rest)
  return chains.map((chain) => sizes.get(chain))
}

/** OCI image-spec, config.md, "Layer ChainID"; without `sha256:`. Nothing where a diff id is none. */
export function chainIds(diffIds: readonly string[]): string[] | undefined {
  const chains: string[] = []
  for (const diffId of diffIds) {
    const digest = /^sha256:([a-f0-9]{64})$/.exec(diffId)?.[1]
    if (digest === undefined) return undefined
    const below = chains.at(-1)
    const joined = `sha256:${below ?? ''} ${diffId}`
    chains.push(below === undefined ? digest : createHash('sha256').update(joined).digest('hex'))
  }
  return chains
}

function sizesByChain(text: string): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, chain, size] = /^(?:sha256:)?([a-f0-9]{64})\s+(\d{1,15})\b/.exec(line) ?? []
    if (chain !== undefined) sizes.set(chain, Number(size))
  }
  return sizes
}

/** Of what containers/storage keeps of a layer (layers.go, Layer: `diff-digest`, `diff-size`). */
function sizesByDiffId(text: string): Map<unknown, number> {
  const layers = jsonIn(text)
  const sizes = new Map<unknown, number>()
  for (const layer of Array.isArray(layers) ? layers : []) {
    const size = field(layer, 'diff-size')
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0)
      sizes.set(field(layer, 'diff-digest'), size)
  }
  return sizes
}
