import type { Linter } from 'eslint'
import { join, relative } from 'node:path/posix'
import { layers, type Layer } from './layer-rules'

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** How a file of `folder` writes the way to another folder. */
function wayTo(folder: string, other: string): string {
  const way = relative(folder, other)
  return escaped(way.startsWith('.') ? way : way === '' ? '.' : `./${way}`)
}

/** What the name of a file begins with that lies in `layer` or, where that ends with `/*`, directly in it. */
function inLayer(folder: string, layer: string): string {
  return layer.endsWith('/*') ? `${wayTo(folder, layer.slice(0, -2))}/[^/]+$` : `${wayTo(folder, layer)}/`
}

function rulesOf(home: string, folder: string, layer: Layer): Linter.Config {
  const here = join(home, folder)
  const folders = [folder, ...(layer.folders[folder] ?? '').split(' ').filter((name) => name !== '')]
  const typed = (layer.types ?? []).map((name) => inLayer(here, name))
  const open = [
    ...folders.map((name) => `${wayTo(here, join(home, name))}/[^/]+$`),
    ...layer.layers.map((name) => inLayer(here, name)),
    ...typed,
  ]
  const packages = layer.packages.map((name) => (name.endsWith(':') ? name : `${escaped(name)}(/|$)`))
  const patterns = [
    {
      regex: `^(?!${open.join('|')})\\.`,
      message: `${here} must not import this folder (build/layer-rules.ts).`,
    },
    {
      regex: `^(?!${['\\.', ...packages].join('|')})`,
      message: `${home} must not import this package (build/layer-rules.ts).`,
    },
    ...typed.map((way) => ({
      regex: `^${way}`,
      allowTypeImports: true,
      message: `${home} may import types of this layer only (build/layer-rules.ts).`,
    })),
  ]
  return {
    files: [`${here}/*.{ts,vue}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  }
}

/** An ESLint block for each folder; the tsconfig references hold the layers too. */
export const layerRules: Linter.Config[] = Object.entries(layers).flatMap(([home, layer]) =>
  Object.keys(layer.folders).map((folder) => rulesOf(home, folder, layer)),
)
