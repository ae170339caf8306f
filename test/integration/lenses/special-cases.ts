import { added, deleted, modified, rawBytes, type LensCase } from './lens-case'

const copiedUp =
  'A further name copies the file up without changing it; the engine compares size and time only.'

/** Hard links, devices and other files that are neither plain files nor directories. */
export const specialCases: readonly LensCase[] = [
  {
    name: 'hard link to a file of the image',
    layers: ['echo one > a; touch -d "2020-01-01 00:00:00" a'],
    container: 'ln a b',
    host: [modified('file', 'a', { size: 4 }), added('file', 'b', { size: 4 })],
    engine: { rows: [added('file', 'b')], why: copiedUp },
  },
  {
    name: 'new hard links',
    layers: ['true'],
    container: 'echo one > a; ln a b; ln a c',
    host: [added('file', 'a', { size: 4 }), added('file', 'b', { size: 4 }), added('file', 'c', { size: 4 })],
  },
  {
    name: 'hard links of the image',
    layers: ['echo one > a; ln a b; ln a c'],
    container: 'echo two >> a; rm c',
    host: [modified('file', 'a', { size: 8 }), deleted('file', 'c', { size: 4 })],
  },
  {
    name: 'fifo',
    layers: ['mkfifo old; mkfifo gone'],
    container: 'mkfifo new; chmod 600 old; rm gone',
    host: [deleted('fifo', 'gone'), added('fifo', 'new'), modified('fifo', 'old', { mode: 0o600 })],
  },
  {
    name: 'real device nodes beside a whiteout',
    layers: ['echo one > gone; mknod tty c 5 0; mknod zero c 1 5'],
    container: 'mknod null c 1 3; mknod loop b 7 0; rm gone; rm tty; chmod 600 zero',
    host: [
      deleted('file', 'gone', { size: 4 }),
      added('block-device', 'loop'),
      added('character-device', 'null', { mode: 0o644 }),
      deleted('character-device', 'tty'),
      modified('character-device', 'zero', { mode: 0o600 }),
    ],
  },
  {
    name: 'device node over a file and the other way round',
    layers: ['echo one > f; mknod n c 1 3'],
    container: 'rm f n; mknod f c 1 3; echo two > n',
    host: [modified('character-device', 'f'), modified('file', 'n', { size: 4 })],
  },
  {
    name: 'empty directories',
    layers: ['mkdir old'],
    container: 'mkdir -m 711 new; rmdir old',
    host: [added('directory', 'new', { mode: 0o711 }), deleted('directory', 'old')],
  },
  {
    name: 'empty and sparse files',
    layers: ['true'],
    container: ': > empty; dd if=/dev/zero of=sparse bs=1 count=1 seek=999999 2>/dev/null',
    host: [added('file', 'empty', { size: 0 }), added('file', 'sparse', { size: 1_000_000 })],
  },
]

const manyNames = [
  ' leading and trailing ',
  'two  spaces',
  'new\nline',
  'carriage\rreturn',
  'tab\there',
  "it's",
  'say "so"',
  '`id`',
  '$HOME $(id)',
  'back\\slash',
  'a;b&c|d',
  '*',
  '[x]?',
  '-rf',
  '--help',
  '#comment',
  '%s%n',
  '__proto__',
  'constructor',
  '😀 emoji 👩‍💻',
  'résumé',
  're\u0301sume\u0301 in two parts',
  '层',
  '\u202egpj.exe',
  '\u001b[31mred',
  '...',
  'x'.repeat(255),
] as const

const inShell = (name: string): string => `'${name.replaceAll("'", `'\\''`)}'`
const each = (template: (name: string) => string): string =>
  manyNames.map((name) => template(`./${name}`)).join('\n')

/** Names that break what takes paths for lines, words, options, patterns or text. */
export const nameCases: readonly LensCase[] = [
  {
    name: 'names that are added',
    layers: ['true'],
    container: each((name) => `echo 1 > ${inShell(name)}`),
    host: manyNames.map((name) => added('file', name, { size: 2 })),
  },
  {
    name: 'names that are modified',
    layers: [each((name) => `echo 1 > ${inShell(name)}`)],
    container: each((name) => `echo 22 > ${inShell(name)}`),
    host: manyNames.map((name) => modified('file', name, { size: 3 })),
  },
  {
    name: 'names that are deleted',
    layers: [each((name) => `echo 1 > ${inShell(name)}`)],
    container: each((name) => `rm ${inShell(name)}`),
    host: manyNames.map((name) => deleted('file', name, { size: 2 })),
  },
  {
    name: 'directories with such names',
    layers: [each((name) => `mkdir ${inShell(name)}; echo 1 > ${inShell(`${name}/old`)}`)],
    container: each(
      (name) => `rm -r ${inShell(name)}; mkdir ${inShell(name)}; echo 1 > ${inShell(`${name}/new`)}`,
    ),
    host: manyNames.flatMap((name) => [added('file', `${name}/new`), deleted('file', `${name}/old`)]),
  },
  {
    name: 'link targets with such names',
    layers: ['true'],
    container: manyNames.map((name, index) => `ln -s ${inShell(`./${name}`)} link-${index}`).join('\n'),
    host: manyNames.map((name, index) => added('symlink', `link-${index}`, { linkTarget: `./${name}` })),
  },
  {
    name: 'names that are not utf 8',
    layers: [`echo 1 > "$(printf 'gone\\351')"; echo 1 > "$(printf 'edited\\377')"`],
    container: [
      `echo 1 > "$(printf 'caf\\351')"; echo 22 > "$(printf 'caf\\350')"`,
      `mkdir "$(printf 'd\\300')"; echo 1 > "$(printf 'd\\300/x')"`,
      `rm "$(printf 'gone\\351')"; echo 22 > "$(printf 'edited\\377')"`,
    ].join('\n'),
    host: [
      added('file', rawBytes('caf\xe8'), { size: 3 }),
      added('file', rawBytes('caf\xe9'), { size: 2 }),
      added('directory', rawBytes('d\xc0')),
      added('file', rawBytes('d\xc0/x'), { size: 2 }),
      modified('file', rawBytes('edited\xff'), { size: 3 }),
      deleted('file', rawBytes('gone\xe9'), { size: 2 }),
    ],
    engine: {
      rows: [
        added('file', 'caf\ufffd'),
        added('file', 'caf\ufffd'),
        added('directory', 'd\ufffd'),
        added('file', 'd\ufffd/x'),
        modified('file', 'edited\ufffd'),
        deleted('file', 'gone\ufffd'),
      ],
      why: "The engine's JSON replaces bytes that are not UTF-8, so two names can become one.",
    },
  },
  {
    name: 'names that look like whiteouts',
    layers: ['echo 1 > conf'],
    container: 'echo 1 > .wh.conf; mkdir .wh.d; echo 1 > .wh..wh..opq',
    host: [added('file', '.wh..wh..opq'), added('file', '.wh.conf'), added('directory', '.wh.d')],
  },
]
