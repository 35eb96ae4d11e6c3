import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Services } from '../../src/core/context'
import { restOpenApi } from '../../src/integrator/openapi'
import { readTexts } from '../rules/source-files'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { makeServices } from '../support/services'
import { Published } from './document'
import { play } from './play'
import { openWorld, type World } from './world'

/** `npm run fuzz -- --requests 20000 --seed 1` plays more of them; the gate a few of every operation. */
const { FUZZ_REQUESTS, FUZZ_SEED = '1', FUZZ_REPORT } = process.env
const requests = Number(FUZZ_REQUESTS ?? 2000)
const seed = Number(FUZZ_SEED)

const database = useTestDatabase()
const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)
let services: Services
let world: World
let faces: Awaited<ReturnType<typeof openFaces>>

beforeAll(async () => {
  // More than any caller may ask in a minute, and from one address.
  services = await makeServices(database, {
    env: { API_REQUESTS_PER_MINUTE: '1000000', STRANGER_REQUESTS_PER_MINUTE: '100000' },
  })
  let people: World['people'] = new Map<string, Actor>()
  faces = await openFaces(services, (role) => people.get(role))
  world = await openWorld(services)
  people = world.people
  process.on('uncaughtException', note).on('unhandledRejection', note)
})
afterAll(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note)
})

/** Every code of a refusal in the sources. */
function knownCodes(): Set<string> {
  const found = new Set<string>()
  for (const text of readTexts('src').values())
    for (const [, code = ''] of text.matchAll(/(?:\b[fF]ailure\(\s*'\w+',\s*|\bcode: )'(\w+)'/g))
      found.add(code)
  return found
}

describe('REST, whatever is asked by whomever', () => {
  it(
    'answers as its document says',
    async () => {
      const published = new Published(await restOpenApi('fuzz'))
      const report = await play({
        ...{ published, world, client: faces.client, codes: knownCodes(), prefix: '/api/v1', requests, seed },
      })
      if (FUZZ_REPORT !== undefined) writeFileSync(FUZZ_REPORT, JSON.stringify(report, null, 2))
      expect(report.faults).toEqual([])
      expect(uncaught).toEqual([])
      expect(
        (
          await faces.client.send({
            method: 'GET',
            path: '/api/v1/terminals',
            headers: { 'X-Test-Role': 'admin' },
          })
        ).status,
      ).toBe(200)
    },
    Math.max(60_000, requests * 60),
  )
})
