import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { join } from 'node:path'
import { rendererFileList } from './build/packaging/renderer-file-list'
import { collectedLicenses } from './build/packaging/third-party-licenses'

const root = import.meta.dirname

// Everything is bundled: a package holds out/ and nothing of node_modules. Only what Electron or Node themselves
// provide stays outside, and the optional native parts of ssh2, which works without them.
const nativeParts = ['cpu-features', /\.node$/]

export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      license: { fileName: collectedLicenses },
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: join(root, 'electron/main/index.ts'),
          // What tests and the tour start in its place; no part of a package.
          driven: join(root, 'build/driven/main.ts'),
          // The thread in which everything is done (main/thread/), found beside index.js.
          'lamina-thread': join(root, 'electron/main/thread/entry.ts'),
          // A process of its own (main/command-starter.ts), likewise.
          'starter-process': join(root, 'electron/main/starter-process.ts'),
          // A thread of its own (transport/ssh2/keys/encrypted-key.ts), likewise.
          'key-worker': join(root, 'electron/transport/ssh2/keys/key-worker.ts'),
        },
        external: nativeParts,
        // Parts that are loaded later (session/host/ssh-host.ts) lie beside it too: they look for the worker there.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      license: { fileName: collectedLicenses },
      rolldownOptions: {
        input: join(root, 'electron/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    plugins: [vue(), rendererFileList(join(root, 'out/renderer-files.json'))],
    build: {
      target: 'chrome130',
      // Not named in the files: what is bundled can be looked up, and nothing is to be served.
      sourcemap: 'hidden',
      license: { fileName: collectedLicenses },
      outDir: join(root, 'out/renderer'),
      emptyOutDir: true,
      // An inlined font or worker would need data: in the content security policy.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: {
          index: join(root, 'renderer/index.html'),
          // A worker (diff/compare-texts.ts). As a part like any other, and not as a bundle of its own, its licences are collected.
          'diff-worker': join(root, 'renderer/src/diff/diff-worker.ts'),
        },
        output: {
          entryFileNames: ({ name }) =>
            name === 'diff-worker' ? 'assets/[name].js' : 'assets/[name]-[hash].js',
        },
      },
    },
  },
})
