import type { Services } from '../../../../src/core/context'
import type { Role } from '../../../../src/core/permissions'
import { createOperator } from '../../../../src/features/operators'
import { Browser } from '../../../support/browser'
import { openFaces } from '../../../support/faces'
import type { TestDatabase } from '../../../support/postgres'
import { job, makeCtx, makeServices } from '../../../support/services'

export const PASSWORD = 'correct horse battery'

/** Time that a test sets; sign-in and sessions never ask another clock. */
export class TestClock {
  #offsetMs = 0
  now = () => new Date(Date.now() + this.#offsetMs)
  passMinutes(minutes: number): void {
    this.#offsetMs += minutes * 60_000
  }
}

export interface Room {
  services: Services
  clock: TestClock
  url: string
  browser(): Browser
  person(username: string, role?: Role): Promise<{ id: string; email: string }>
  /** Actions in the audit about somebody, oldest first, with what they tell. */
  auditOf(subjectId: string): Promise<{ action: string; after: Record<string, unknown>; actor: string }[]>
}

export async function openRoom(database: TestDatabase, env: Record<string, string> = {}): Promise<Room> {
  const clock = new TestClock()
  const services = await makeServices(database, {
    clock,
    env: { SIGN_IN_REQUESTS_PER_MINUTE: '10000', ...env },
  })
  const { url } = await openFaces(services)
  return {
    services,
    clock,
    url,
    browser: () => new Browser(url),
    async person(username, role = 'operator') {
      const email = `${username}@Bank.example`
      const { id } = await createOperator(makeCtx(services, job()), {
        username,
        email,
        password: PASSWORD,
        role,
      })
      return { id, email }
    },
    async auditOf(subjectId) {
      const rows = await database.sql<{ action: string; changes: Changes; actor: string }[]>`
        select action, changes, actor_name as actor from audit_entries where subject_id = ${subjectId} order by seq`
      return rows.map(({ action, changes, actor }) => ({
        action,
        actor,
        after: Object.fromEntries(Object.entries(changes).map(([name, { after }]) => [name, after])),
      }))
    },
  }
}

type Changes = Record<string, { after: unknown }>
