import { added, deleted, modified, type LensCase } from './lens-case'

const copiedUp =
  'The engine compares size and time with the image; the file is in the upper layer, and in a commit, all the same.'
const parentHidden =
  'The engine reports every directory above a change as modified, so its own change cannot be told from that.'

/** What happens to files and directories of one lower layer. */
export const plainCases: readonly LensCase[] = [
  { name: 'nothing', layers: ['echo one > a'], container: 'cat a; ls -la .', host: [] },
  {
    name: 'nested adds',
    layers: ['mkdir -p a/b'],
    container: 'mkdir -p a/b/c/d; echo 12345 > a/b/c/d/file; echo 1 > a/b/file',
    host: [
      added('directory', 'a/b/c', { mode: 0o755 }),
      added('directory', 'a/b/c/d'),
      added('file', 'a/b/c/d/file', { size: 6, mode: 0o644, uid: 0 }),
      added('file', 'a/b/file', { size: 2 }),
    ],
  },
  {
    name: 'mode only',
    layers: ['echo one > a; mkdir d; echo two > d/inside; touch -d "2020-01-01 00:00:00" a'],
    container: 'chmod 4751 a; chmod 1700 d',
    host: [modified('file', 'a', { size: 4, mode: 0o4751 }), modified('directory', 'd', { mode: 0o1700 })],
  },
  {
    name: 'owner only',
    layers: ['echo one > a; mkdir d; ln -s a l'],
    container: 'chown 7:9 a d; chown -h 7:9 l',
    host: [
      modified('file', 'a', { uid: 7 }),
      modified('directory', 'd', { uid: 7 }),
      modified('symlink', 'l', { uid: 7, linkTarget: 'a' }),
    ],
  },
  {
    name: 'mode of a directory with a change inside',
    layers: ['mkdir d; echo one > d/a'],
    container: 'chmod 700 d; echo two > d/b',
    host: [modified('directory', 'd', { mode: 0o700 }), added('file', 'd/b')],
    engine: { rows: [added('file', 'd/b')], why: parentHidden },
  },
  {
    name: 'time of a directory only',
    layers: ['mkdir d; touch -d "2020-01-01 00:00:00" d'],
    container: 'echo one > d/a; rm d/a; touch d',
    host: [],
  },
  {
    name: 'same size edit',
    layers: ['echo one > a'],
    container: 'echo two > a',
    host: [modified('file', 'a', { size: 4 })],
  },
  {
    name: 'edit of the same size and time',
    layers: ['echo one > a; touch -d "2020-01-01 00:00:00" a'],
    container: 'echo two > a; touch -d "2020-01-01 00:00:00" a',
    host: [modified('file', 'a', { size: 4 })],
    engine: { rows: [], why: 'The engine compares size and time, which are those of the image.' },
  },
  {
    name: 'copied up without a change',
    layers: ['echo one > a; touch -d "2020-01-01 00:00:00" a'],
    container: ': >> a',
    host: [modified('file', 'a', { size: 4 })],
    engine: { rows: [], why: copiedUp },
  },
  {
    name: 'truncated and grown',
    layers: ['echo one > a; echo one > b'],
    container: ': > a; head -c 5000 /dev/zero >> b',
    host: [modified('file', 'a', { size: 0 }), modified('file', 'b', { size: 5004 })],
  },
  {
    name: 'symlink retarget',
    layers: ['ln -s one l; ln -s /nowhere d'],
    container: 'ln -sfn other l; ln -sfn /etc d',
    host: [
      modified('symlink', 'd', { linkTarget: '/etc', size: 4 }),
      modified('symlink', 'l', { linkTarget: 'other', size: 5 }),
    ],
  },
  {
    name: 'symlink to file and back',
    layers: ['echo one > f; ln -s f l'],
    container: 'rm f l; ln -s away f; echo two > l',
    host: [modified('symlink', 'f', { linkTarget: 'away' }), modified('file', 'l', { size: 4 })],
  },
  {
    name: 'file to directory',
    layers: ['echo one > a; echo two > b'],
    container: 'rm a b; mkdir a b; echo three > b/inside',
    host: [modified('directory', 'a'), modified('directory', 'b'), added('file', 'b/inside')],
    engine: { rows: [modified('directory', 'a'), added('file', 'b/inside')], why: parentHidden },
  },
  {
    name: 'file to directory and back',
    layers: ['echo one > a'],
    container: 'rm a; mkdir a; echo x > a/x; rm -r a; echo one again > a',
    host: [modified('file', 'a', { size: 10 })],
  },
  {
    name: 'directory to file',
    layers: ['mkdir -p d/sub; echo one > d/a; echo two > d/sub/b'],
    container: 'rm -r d; echo file > d',
    host: [modified('file', 'd', { size: 5 })],
  },
  {
    name: 'directory to file and back',
    layers: ['mkdir d; echo one > d/a; echo two > d/b'],
    container: 'rm -r d; echo file > d; rm d; mkdir d; echo new > d/b',
    host: [deleted('file', 'd/a', { size: 4 }), modified('file', 'd/b', { size: 4 })],
  },
  {
    name: 'directory to symlink',
    layers: ['mkdir d; echo one > d/a; mkdir other'],
    container: 'rm -r d; ln -s other d',
    host: [modified('symlink', 'd', { linkTarget: 'other' })],
  },
  {
    name: 'deleted',
    layers: ['echo 123456789 > f; chmod 600 f; mkdir -p d/e; echo one > d/e/a; ln -s f l; mkdir empty'],
    container: 'rm -r f d l empty',
    host: [
      deleted('directory', 'd'),
      deleted('directory', 'empty'),
      deleted('file', 'f', { size: 10, mode: 0o600 }),
      deleted('symlink', 'l'),
    ],
  },
  {
    name: 'deleted and made again',
    layers: ['echo one > a'],
    container: 'rm a; echo longer > a',
    host: [modified('file', 'a', { size: 7 })],
  },
  { name: 'made and deleted again', layers: ['true'], container: 'echo 1 > a; mkdir d; rm -r a d', host: [] },
  {
    name: 'replaced directory',
    layers: [
      'mkdir -p d/lost/deep d/kept; echo 1 > d/a; echo 12 > d/b; echo 1 > d/lost/deep/x; echo 1 > d/kept/old; echo 1 > d/kept/same',
    ],
    container: 'rm -r d; mkdir -p d/kept; echo new > d/new; echo 1234 > d/b; echo 2 > d/kept/same',
    host: [
      deleted('file', 'd/a', { size: 2 }),
      modified('file', 'd/b', { size: 5 }),
      deleted('file', 'd/kept/old', { size: 2 }),
      modified('file', 'd/kept/same'),
      deleted('directory', 'd/lost'),
      added('file', 'd/new', { size: 4 }),
    ],
  },
  {
    name: 'replaced by an empty directory',
    layers: ['mkdir -p d/sub; echo 1 > d/a'],
    container: 'rm -r d; mkdir d',
    host: [deleted('file', 'd/a'), deleted('directory', 'd/sub')],
  },
  {
    name: 'replaced directory with another mode',
    layers: ['mkdir d; echo 1 > d/a'],
    container: 'rm -r d; mkdir -m 700 d',
    host: [modified('directory', 'd', { mode: 0o700 }), deleted('file', 'd/a')],
    engine: { rows: [deleted('file', 'd/a')], why: parentHidden },
  },
  {
    name: 'file in a replaced directory where a directory was',
    layers: ['mkdir -p d/sub; echo 1 > d/sub/a; echo 1 > d/file'],
    container: 'rm -r d; mkdir -p d/file; echo now a file > d/sub; echo 1 > d/file/x',
    host: [modified('directory', 'd/file'), added('file', 'd/file/x'), modified('file', 'd/sub')],
    engine: {
      rows: [added('file', 'd/file/x'), modified('file', 'd/sub')],
      why: parentHidden,
    },
  },
  {
    name: 'rename of a file',
    layers: ['echo one > a; echo longer > b'],
    container: 'mv a z; mv b a',
    host: [modified('file', 'a', { size: 7 }), deleted('file', 'b'), added('file', 'z', { size: 4 })],
  },
  {
    name: 'rename of a directory',
    layers: ['mkdir -p d/e; echo one > d/a; echo two > d/e/b'],
    container: 'mv d z',
    host: [
      deleted('directory', 'd'),
      added('directory', 'z'),
      added('file', 'z/a', { size: 4 }),
      added('directory', 'z/e'),
      added('file', 'z/e/b', { size: 4 }),
    ],
  },
  {
    name: 'rename of a new directory over an old one',
    layers: ['mkdir d; echo one > d/a'],
    container: 'mkdir z; echo two > z/b; rm d/a; mv -T z d 2>/dev/null || { rmdir d; mv z d; }',
    host: [deleted('file', 'd/a'), added('file', 'd/b')],
  },
]
