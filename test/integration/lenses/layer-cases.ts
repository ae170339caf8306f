import { added, deleted, modified, type LensCase } from './lens-case'

/** Lower layers that have whiteouts and opaque directories of their own. */
export const layerCases: readonly LensCase[] = [
  {
    name: 'deleted by a layer and added by the container',
    layers: ['echo one > f; mkdir d; echo one > d/a', 'rm -r f d'],
    container: 'echo two > f; mkdir d; echo two > d/a',
    host: [added('directory', 'd'), added('file', 'd/a', { size: 4 }), added('file', 'f', { size: 4 })],
  },
  {
    name: 'deleted by a layer and added and deleted by the container',
    layers: ['echo one > f', 'rm f'],
    container: 'echo two > f; rm f',
    host: [],
  },
  {
    name: 'deleted and made again by layers',
    layers: ['echo one > f; echo one > g', 'rm f g', 'echo longer > f; echo longer > g; chmod 600 g'],
    container: 'rm f; echo edited > g',
    host: [deleted('file', 'f', { size: 7, mode: 0o644 }), modified('file', 'g', { size: 7, mode: 0o600 })],
  },
  {
    name: 'directory replaced by a layer',
    layers: [
      'mkdir d; echo 1 > d/old; echo 1 > d/both',
      'rm -r d; mkdir d; echo 22 > d/both; echo 22 > d/new',
    ],
    container: 'echo 333 > d/old; rm d/new; echo 333 > d/both',
    host: [
      modified('file', 'd/both', { size: 4 }),
      deleted('file', 'd/new', { size: 3 }),
      added('file', 'd/old', { size: 4 }),
    ],
  },
  {
    name: 'directory replaced by a layer and again by the container',
    layers: ['mkdir d; echo 1 > d/first', 'rm -r d; mkdir d; echo 22 > d/second', 'echo 333 > d/third'],
    container: 'rm -r d; mkdir d; echo 1 > d/first',
    host: [
      added('file', 'd/first', { size: 2 }),
      deleted('file', 'd/second', { size: 3 }),
      deleted('file', 'd/third', { size: 4 }),
    ],
  },
  {
    name: 'directory made of three layers and replaced',
    layers: [
      'mkdir -p d/s; echo 1 > d/a; echo 1 > d/s/a',
      'echo 1 > d/b; echo 1 > d/s/b',
      'rm d/a; echo 1 > d/c',
    ],
    container: 'rm -r d; mkdir -p d/s; echo 2 > d/a',
    host: [
      added('file', 'd/a'),
      deleted('file', 'd/b'),
      deleted('file', 'd/c'),
      deleted('file', 'd/s/a'),
      deleted('file', 'd/s/b'),
    ],
  },
  {
    name: 'directory deleted by a layer and made again above',
    layers: ['mkdir -p d/sub; echo 1 > d/sub/x; echo 1 > d/y', 'rm -r d', 'mkdir -p d/sub; echo 1 > d/sub/z'],
    container: 'rm -r d/sub; mkdir d/sub; echo 1 > d/sub/x; echo 1 > d/y',
    host: [added('file', 'd/sub/x'), deleted('file', 'd/sub/z'), added('file', 'd/y')],
  },
  {
    name: 'nested directory of a replaced one',
    layers: ['mkdir -p d/a/b/c; echo 1 > d/a/b/c/old', 'rm -r d/a; mkdir -p d/a/b; echo 1 > d/a/b/new'],
    container: 'mkdir d/a/b/c; echo 1 > d/a/b/c/old; chmod 600 d/a/b/new',
    host: [
      added('directory', 'd/a/b/c'),
      added('file', 'd/a/b/c/old'),
      modified('file', 'd/a/b/new', { mode: 0o600 }),
    ],
  },
  {
    name: 'deleted directory of several layers',
    layers: ['mkdir d; echo 1 > d/a', 'echo 1 > d/b; chmod 700 d', 'rm d/a'],
    container: 'rm -r d',
    host: [deleted('directory', 'd', { mode: 0o700 })],
  },
  {
    name: 'file that a layer made a directory',
    layers: ['echo 1 > f; mkdir d; echo 1 > d/x', 'rm -r f d; mkdir f; echo 1 > f/y; echo 1 > d'],
    container: 'rm f/y; echo 22 > d',
    host: [modified('file', 'd', { size: 3 }), deleted('file', 'f/y')],
  },
  {
    name: 'directory that a layer made a file and the container a directory',
    layers: ['mkdir d; echo 1 > d/x', 'rm -r d; echo 1 > d'],
    container: 'rm d; mkdir d; echo 22 > d/x',
    host: [modified('directory', 'd'), added('file', 'd/x', { size: 3 })],
    engine: {
      rows: [added('file', 'd/x')],
      why: "The directory's own row cannot be told from those that lead to a change.",
    },
  },
  {
    name: 'mode that goes back to that of a lower layer',
    layers: ['mkdir -m 755 d; echo 1 > f', 'chmod 700 d; chmod 600 f'],
    container: 'chmod 755 d; chmod 644 f',
    host: [modified('directory', 'd', { mode: 0o755 }), modified('file', 'f', { mode: 0o644 })],
  },
  {
    name: 'symlinked directory of the image',
    layers: ['mkdir real; echo 1 > real/a; ln -s real link', 'echo 1 > link/b'],
    container: 'echo 22 > link/a; rm link/b; echo 1 > link/c',
    host: [modified('file', 'real/a'), deleted('file', 'real/b'), added('file', 'real/c')],
  },
  {
    name: 'symlink of a lower layer where the container has a directory',
    layers: ['mkdir real; echo 1 > real/a; ln -s real d'],
    container: 'rm d; mkdir d; echo 1 > d/a',
    host: [modified('directory', 'd'), added('file', 'd/a')],
    engine: {
      rows: [added('file', 'd/a')],
      why: "The directory's own row cannot be told from those that lead to a change.",
    },
  },
]
