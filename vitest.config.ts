import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { shuffleFiles, SlowestFirst } from './build/testing/slowest-first.ts'
import { useRunFolder } from './test/engines/run-folder.ts'

useRunFolder()

/** Files of tests with real engines, servers and windows. They wait more than they work, so that several run at once. */
const realParts = {
  // Only what is broken takes so long, also on a slow machine that has other work.
  testTimeout: 180_000,
  hookTimeout: 300_000,
  // What real processes do takes longer than a second on a machine that has other work.
  expect: { poll: { timeout: 15_000 } },
}

/** These start engines of other Debian releases, whose folders are made first. */
const onDebianHosts = 'test/integration/engines/**/*.test.ts'

export default defineConfig({
  plugins: [vue()],
  test: {
    // A sequencer of one's own would go before the random one.
    sequence: process.argv.includes(shuffleFiles) ? {} : { sequencer: SlowestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // A thread loads a module once for all files: two thirds of the time went into loading.
          pool: 'threads',
          isolate: false,
          // Some start dozens of real processes or take thousands of inputs, which is slow on a machine that has other work.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/ssh/**', onDebianHosts],
          globalSetup: 'test/engines/global-setup.ts',
          ...realParts,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'ssh',
          include: ['test/integration/ssh/**/*.test.ts'],
          globalSetup: 'test/engines/global-setup.ts',
          ...realParts,
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'matrix',
          include: ['test/matrix/*.test.ts', onDebianHosts],
          globalSetup: 'test/matrix/global-setup.ts',
          ...realParts,
          // Each file has an engine on a host of its own.
          maxWorkers: 2,
        },
      },
      {
        // Engines of Debian testing, which changes daily: no stage of `npm test`.
        extends: true,
        test: {
          name: 'newer',
          include: ['test/matrix/newer/*.test.ts'],
          globalSetup: 'test/matrix/newer/global-setup.ts',
          ...realParts,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          globalSetup: 'test/builders/built-app.ts',
          ...realParts,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/builders/built-app.ts', 'test/engines/global-setup.ts'],
          ...realParts,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/builders/built-app.ts', 'test/engines/global-setup.ts'],
          ...realParts,
          maxWorkers: 1,
        },
      },
    ],
  },
})
