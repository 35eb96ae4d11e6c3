import os from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/support/sequence'

const common = { testTimeout: 20_000, hookTimeout: 60_000 }

/** A Deno's program. Nobody but the built servers of its project is to find it in the environment. */
const { PSM_TEST_DENO: deno } = process.env
delete process.env.PSM_TEST_DENO

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...common, name: 'node', include: ['tests/**/*.test.ts'] } },
      ...(deno === undefined ? [] : [underDeno(deno)]),
    ],
  },
})

/** All of tests/built once more, but for what starts no server by itself and what is not to be had under Deno. */
function underDeno(program: string) {
  // Deno lets nobody below /dev who may not do everything.
  const room = os.tmpdir().startsWith('/dev/') ? '/tmp' : os.tmpdir()
  return {
    test: {
      ...common,
      name: 'deno',
      include: ['tests/built/*.test.ts'],
      exclude: ['tests/built/{demo,moved-data}.test.ts'],
      env: { PSM_TEST_DENO: program, TMPDIR: room },
    },
  }
}
