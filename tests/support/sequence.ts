import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Minutes rather than seconds, the longest first. What is not named here is short. */
const LONG = [/\/tests\/browser\/pages/, /\/tests\/browser\//, /\/tests\/built\//, /\/tests\/(db|server)\//]

/**
 * The long files first, so that the workers end at the same time. Vitest knows by itself how long a file took the last
 * time; nobody knows that in a fresh clone.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const long = LONG.findIndex((one) => one.test(moduleId))
  return long === -1 ? LONG.length : long
}
