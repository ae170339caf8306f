import type { Linter } from 'eslint'

/** What one layer of design.md may import; everything else is an error. `packages` are npm names or node: modules. */
interface Layer {
  readonly files: string
  readonly layers: readonly string[]
  readonly packages: readonly string[]
}

const allLayers = [
  'core',
  'contract',
  'machine',
  'transport',
  'engine',
  'hostfs',
  'session',
  'operations',
  'storage',
  'main',
  'preload',
  'cli',
]

const node = ['node:']
const below = [
  'core',
  'contract',
  'machine',
  'transport',
  'engine',
  'hostfs',
  'session',
  'operations',
  'storage',
]

const layers: readonly Layer[] = [
  { files: 'core', layers: [], packages: [] },
  { files: 'contract', layers: ['core'], packages: ['zod'] },
  { files: 'machine', layers: ['core'], packages: node },
  { files: 'transport', layers: ['core', 'machine'], packages: node },
  { files: 'transport/ssh2', layers: ['core', 'machine'], packages: [...node, 'ssh2', 'bcrypt-pbkdf'] },
  { files: 'engine', layers: ['core', 'transport'], packages: [...node, 'zod'] },
  { files: 'hostfs', layers: ['core', 'transport'], packages: node },
  { files: 'session', layers: ['core', 'machine', 'transport', 'engine', 'hostfs'], packages: node },
  {
    files: 'storage',
    layers: ['core', 'contract', 'machine'],
    packages: [...node, 'zod', 'env-paths'],
  },
  {
    files: 'operations',
    layers: ['core', 'contract', 'machine', 'session', 'storage'],
    packages: [...node, 'chardet', 'csv-stringify'],
  },
  { files: 'main', layers: below, packages: [...node, 'electron'] },
  { files: 'main/thread', layers: below, packages: [...node, 'birpc'] },
  { files: 'preload', layers: ['core', 'contract'], packages: ['electron'] },
  { files: 'cli', layers: below, packages: [...node, 'zod'] },
]

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function patternsFor(layer: Layer): object[] {
  const own = layer.files.split('/')[0] ?? layer.files
  const closed = [...allLayers.filter((name) => name !== own && !layer.layers.includes(name)), 'renderer']
  const patterns: object[] = [
    {
      regex: `^(\\.\\./)+(electron/)?(${closed.join('|')})(/|$)`,
      message: `${own} must not import this layer (docs/architecture.md).`,
    },
  ]
  if (own === 'engine' || own === 'hostfs')
    patterns.push({
      regex: '^(\\.\\./)+transport/(ssh2|local)',
      message: 'Only the interface of transport is known here.',
    })
  const open = layer.packages.map((name) =>
    name.endsWith(':') ? escapeForRegExp(name) : `${escapeForRegExp(name)}(/|$)`,
  )
  patterns.push({
    regex: open.length === 0 ? '^[^.]' : `^(?!\\.|${open.join('|')})`,
    message: `${own} must not import this package (docs/architecture.md).`,
  })
  if (own === 'preload')
    patterns.push({
      regex: '^(\\.\\./)+contract/',
      allowTypeImports: true,
      message: 'Types only of the contract.',
    })
  return patterns
}

function restrictedImports(patterns: object[]): Linter.RulesRecord {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] }
}

const renderer: Linter.Config = {
  files: ['renderer/**/*.{ts,vue}'],
  rules: restrictedImports([
    { regex: '^(node:|electron$|electron/|ssh2|zod)', message: 'The renderer has no Node and no Electron.' },
    {
      regex: '^(\\.\\./)+electron/(?!core/|contract/)',
      message: 'The renderer knows values of core and types of contract only.',
    },
    {
      regex: '^(\\.\\./)+electron/contract/',
      allowTypeImports: true,
      message: 'Types only of the contract.',
    },
  ]),
}

/** ESLint blocks that hold each folder to the import rule; the tsconfig references hold it too. */
export const layerRules: Linter.Config[] = [
  ...layers.map((layer) => ({
    files: [`electron/${layer.files}/**/*.ts`],
    rules: restrictedImports(patternsFor(layer)),
  })),
  renderer,
]
