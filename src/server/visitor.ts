import type { IncomingMessage } from 'node:http'
import type { Role } from '../core/permissions'

/** Who looks at a page, for what is rendered on the server. */
export interface Visitor {
  operator: {
    id: string
    username: string
    name: string
    role: Role
    permissions: string[]
    twoFactorEnabled: boolean
    /** Only the own account is open to them until they have set one up. */
    owesSecondFactor: boolean
  } | null
  /** True while there is no operator at all. */
  isSetupNeeded: boolean
}

const SLOT = Symbol.for('psmanager.visitor')

type Visited = IncomingMessage & { [SLOT]?: Visitor }

/**
 * The visitor of a page request, as the front found out before the framework saw it. The file imports nothing that
 * runs, so that pages can ask without taking the server into their bundle.
 */
export function visitorOf(req: IncomingMessage): Visitor {
  return (req as Visited)[SLOT] ?? { operator: null, isSetupNeeded: false }
}

export function setVisitor(req: IncomingMessage, visitor: Visitor): void {
  ;(req as Visited)[SLOT] = visitor
}
