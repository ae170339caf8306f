import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The engine, the window and the display are one each: what uses them runs one file at a time.
const oneAtATime = {
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What real processes do takes longer than a second on a machine that has other work.
  expect: { poll: { timeout: 15_000 } },
}

export default defineConfig({
  plugins: [vue()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Some start dozens of real processes, which takes long on a machine that has other work.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/engines/global-setup.ts',
          ...oneAtATime,
        },
      },
      {
        extends: true,
        test: {
          name: 'matrix',
          include: ['test/matrix/*.test.ts'],
          globalSetup: 'test/matrix/global-setup.ts',
          ...oneAtATime,
          // Each engine has a host of its own, so that two can be tried at once.
          fileParallelism: true,
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
          ...oneAtATime,
        },
      },
      { extends: true, test: { name: 'security', include: ['test/security/**/*.test.ts'], ...oneAtATime } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/engines/global-setup.ts',
          ...oneAtATime,
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: 'test/engines/global-setup.ts',
          ...oneAtATime,
        },
      },
    ],
  },
})
