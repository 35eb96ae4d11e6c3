import { describe, expect, it } from 'vitest'
import { whyNotMade } from '../../src/db/embedded/cluster'

describe('an embedded database that could not be made', () => {
  it('on a disk that is full says so, and not that what there was is removed', () => {
    const said = `2026-11-28 13:59:12.522 UTC [19739] FATAL:  could not extend file "base/1/2691": No space left on device
2026-11-28 13:59:12.522 UTC [19739] HINT:  Check free disk space.
2026-11-28 13:59:12.522 UTC [19739] PANIC:  cannot abort transaction 1, it was already committed
Aborted
child process exited with exit code 134
initdb: removing data directory "/storage/db/data.init"
`
    expect(whyNotMade('/storage/db/data', said)).toMatch(
      /^the disk of \/storage\/db\/data is full \(could not extend file "base\/1\/2691": No space left on device\): .* about 60 MB/,
    )
  })

  it.each([
    ['initdb: error: invalid locale name "xx"\ninitdb: hint: use another\n', 'invalid locale name "xx"'],
    ['Error: spawnSync initdb EACCES', 'Error: spawnSync initdb EACCES'],
  ])('else says the line with the cause', (said, why) => {
    expect(whyNotMade('/storage/db/data', said)).toBe(why)
  })
})
