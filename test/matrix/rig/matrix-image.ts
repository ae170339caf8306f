import { imageArchive } from '../../engines/images/loaded-image'

/** The image that every engine is given: two layers with a step between them that made none. */
export const matrixImage = 'lamina-test/matrix:1'

export const matrixHistory = [
  { createdBy: 'the lowest layer', author: 'its author', comment: '', empty: false },
  { createdBy: 'ENV A=1', author: '', comment: '', empty: true },
  { createdBy: 'the second layer', author: '', comment: 'its comment', empty: false },
] as const

const lowest = String.raw`
mkdir r; cd r
echo one > modified; echo one > deleted; echo one > mode; echo one > old-name; echo one > hidden
mkdir replaced mode-of-directory tree old-tree
echo 1 > replaced/lost; echo 1 > replaced/kept; echo 1 > tree/a; echo 1 > old-tree/a; echo 1 > mode-of-directory/a
echo 1 > "$(printf 'gone\351')"
mkfifo pipe; mknod null c 1 3
`

// The tar is sorted by name: the mark stands before what is in the directory.
const second = `
mkdir -p r/old-tree; cd r
echo two > second; touch .wh.hidden
touch old-tree/.wh..wh..opq; echo 1 > old-tree/b
`

/** What happens in each container, as root; it needs CAP_MKNOD, which Podman gives to none unasked. */
export const changesScript = String.raw`cd /r
echo two >> modified; rm deleted; chmod 600 mode; mv old-name new-name; chmod 700 mode-of-directory
rm -r replaced; mkdir replaced; echo 22 > replaced/kept; echo 1 > replaced/new
rm -r old-tree; mkdir old-tree; rm -r tree
mknod zero c 1 5; mkfifo other-pipe; rm pipe null
rm "$(printf 'gone\351')"; echo 1 > "$(printf 'caf\351')"; echo 22 > "$(printf 'caf\350')"
echo new > added; mkdir -p directory/below; echo 1 > directory/below/file; ln -s added link
`

export const containerFlags = ['--cap-add', 'MKNOD'] as const

let made: Promise<Buffer> | undefined

/** The archive that engines load, made once for a process. */
export function matrixArchive(): Promise<Buffer> {
  const [first, , last] = matrixHistory
  return (made ??= imageArchive(matrixImage, [
    { script: lowest, createdBy: first.createdBy, author: first.author },
    { emptyStep: matrixHistory[1].createdBy },
    { script: second, createdBy: last.createdBy, comment: last.comment },
  ]))
}
