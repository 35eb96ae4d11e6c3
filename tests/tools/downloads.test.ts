import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/tools/simulator/client'
import { Downloads } from '../../src/tools/simulator/downloads'
import { Persona } from '../../src/tools/simulator/persona'
import { NO_TROUBLES } from '../../src/tools/simulator/troubles'

const bytes = randomBytes(5 * 1024 * 1024)
const sha256 = createHash('sha256').update(bytes).digest('hex')
const file = { sha256, size: bytes.length, url: `/terminal/v1/files/${sha256}` }
const POWER_CUT = { ...NO_TROUBLES, powerCutRate: 1 }

/** A terminal before a server that answers each request as it is told: with a status, and what it sends of the file. */
function servedBy(...answers: [status: number, start?: number, end?: number][]) {
  const ranges: (string | undefined)[] = []
  const downloads = new Downloads({
    persona: new Persona('SIM000001', 'feitian-f20', 0),
    async fetch(_path, { headers }): Promise<Answer> {
      ranges.push(headers?.Range)
      const [status, start = 0, end = start] = answers.shift() ?? [500]
      const body = bytes.subarray(start, end)
      return { status, headers: {}, body, json: () => JSON.parse(body.toString()) }
    },
  })
  return {
    downloads,
    ranges,
    fetch: (troubles = NO_TROUBLES) => downloads.fetch(file, troubles, async () => {}),
  }
}

describe('a download of a simulated terminal', () => {
  it('asks for the rest after a power cut, and keeps the end of the file', async () => {
    const { downloads, ranges, fetch } = servedBy([206, 0, 4_194_304], [206, 4_194_304, bytes.length])
    expect(await fetch(POWER_CUT)).toBe('lost')
    expect(downloads.bytes).toBe(4_194_304)
    expect(await fetch()).toBe('whole')
    expect(ranges).toEqual(['bytes=0-4194303', `bytes=4194304-${bytes.length - 1}`])
    expect(downloads.tailOf(file).equals(bytes.subarray(-1024 * 1024))).toBe(true)
    downloads.drop(file)
    expect(downloads.bytes).toBe(0)
  })

  it('begins anew where the server sends the whole file instead of the rest', async () => {
    const { fetch } = servedBy([206, 0, 4_194_304], [200, 0, bytes.length])
    expect(await fetch(POWER_CUT)).toBe('lost')
    expect(await fetch()).toBe('whole')
  })

  it.each([403, 404, 429, 500, 503])(
    'waits for the next check-in after a %i, and goes on then',
    async (status) => {
      const { fetch } = servedBy([206, 0, 4_194_304], [status], [206, 4_194_304, bytes.length])
      await fetch(POWER_CUT)
      expect(await fetch()).toBe('later')
      expect(await fetch()).toBe('whole')
    },
  )

  it('is spoilt by other bytes, and by an answer that is none', async () => {
    const other = servedBy([206, 0, 4_194_304], [206, 0, 1_048_576])
    expect(await other.fetch()).toBe('spoilt')
    expect(other.downloads.bytes).toBe(0)
    expect(await servedBy([307]).fetch()).toBe('spoilt')
    expect(await servedBy([416]).fetch()).toBe('spoilt')
  })

  it('is let go of when no action wants it any more', async () => {
    const { downloads, fetch } = servedBy([206, 0, 4_194_304])
    await fetch(POWER_CUT)
    downloads.keepOnly([file])
    expect(downloads.bytesOf(file)).toBe(4_194_304)
    downloads.keepOnly([])
    expect(downloads.bytesOf(file)).toBe(0)
  })
})
