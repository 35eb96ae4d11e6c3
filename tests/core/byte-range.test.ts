import { describe, expect, it } from 'vitest'
import { byteRangeOf } from '../../src/core/byte-range'

const SIZE = 5 * 2 ** 30
const part = (start: number, endInclusive: number) => ({ is: 'part', start, endInclusive })

describe('a single range of bytes', () => {
  it.each([
    ['bytes=0-99', part(0, 99)],
    ['bytes=100-', part(100, SIZE - 1)],
    ['BYTES=100-200', part(100, 200)],
    [`bytes=${2 ** 32 + 1}-${SIZE * 2}`, part(2 ** 32 + 1, SIZE - 1)],
    ['bytes=-500', part(SIZE - 500, SIZE - 1)],
    [`bytes=-${SIZE * 2}`, part(0, SIZE - 1)],
  ])('%s is that part', (range, expected) => {
    expect(byteRangeOf({ range }, 'abc', SIZE)).toEqual(expected)
  })

  it.each([`bytes=${SIZE}-`, `bytes=${SIZE}-${SIZE + 5}`, 'bytes=-0'])('%s lies past the end', (range) => {
    expect(byteRangeOf({ range }, 'abc', SIZE)).toEqual({ is: 'none' })
  })

  it.each(['bytes=5-1', 'bytes=0-1,5-9', 'lines=0-5', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=1-2x'])(
    '%s asks for the whole',
    (range) => {
      expect(byteRangeOf({ range }, 'abc', SIZE)).toEqual({ is: 'whole' })
    },
  )

  it('counts only while the content is the one that its beginning came from', () => {
    const range = 'bytes=100-199'
    expect(byteRangeOf({ range, ifRange: '"abc"' }, 'abc', SIZE)).toEqual(part(100, 199))
    for (const ifRange of ['"other"', 'W/"abc"', 'Thu, 26 Nov 2026 10:00:00 GMT'])
      expect(byteRangeOf({ range, ifRange }, 'abc', SIZE)).toEqual({ is: 'whole' })
  })

  it('is none of nothing', () => {
    expect(byteRangeOf({ range: 'bytes=0-' }, 'abc', 0)).toEqual({ is: 'none' })
    expect(byteRangeOf({}, 'abc', 0)).toEqual({ is: 'whole' })
  })
})
