import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { mutation, query } from '../../../core/verb'
import { connectTerminals, holdSet, ofIds, releasedOf, tallySet } from '../../apps/sets'
import { finishUpload } from '../../uploads'
import { choose } from '../assignments/choose'
import { assignmentChanged } from '../errors'
import { NAMED_MAX } from '../lists'
import { ApplyConnectionInput, type ConnectionReport, PreviewConnectionInput } from '../schemas'
import { type CountedConnections, connectionsOf, countConnections, TOLD_ONE_BY_ONE } from './count'

const permission = 'apps:write'

/**
 * What connecting terminals to a set, or taking theirs from them, would do; nothing is changed. What the set would install
 * and remove is judged for those that it is new to, by the function that decides.
 * `app_set_not_found`, `group_not_found`, `too_many_terminals`.
 */
export const previewConnection = query(
  { permission, input: PreviewConnectionInput },
  async (ctx, { setId, choice }) => {
    const set = setId === null ? null : await releasedOf(ctx, setId)
    const chosen = await choose(ctx, choice)
    const counted = await count(ctx, set, chosen)
    const tally = set === null ? null : await tallySet(ctx, set, ofIds(counted.changing))
    return { ...toReport(counted, chosen.unreadable), tally }
  },
)

/**
 * Connects terminals to a set, each leaving the one it had; or takes theirs from them. All or nothing.
 * `assignment_changed` where it would change anything else than what `fingerprint` was given for; and as the preview.
 */
export const applyConnection = mutation(
  { permission, input: ApplyConnectionInput },
  async (scope, { setId, choice, fingerprint }) => {
    // Held from here on: what was agreed to is what the set said then.
    const set = setId === null ? null : await holdSet(scope, setId)
    const chosen = await choose(scope, choice)
    const counted = await count(scope, set, chosen)
    if (counted.fingerprint !== fingerprint) throw assignmentChanged()
    const changed = await connectTerminals(scope, setId, counted.changing)
    // Somebody else has connected some of them in this moment.
    if (changed.length !== counted.changing.length) throw assignmentChanged()
    if (choice.by === 'csv' && choice.uploadId !== undefined) await finishUpload(scope, choice.uploadId)
    if (changed.length === 0) scope.nothingChanged()
    else {
      const label = set?.name ?? ''
      scope.audit({
        action: set === null ? 'app_set.disconnected' : 'app_set.connected',
        subject: { kind: 'app_set', id: setId ?? '', label },
        after: {
          terminals: changed.length,
          chosenBy: choice.by,
          sets: counted.leaving.map(({ name }) => name),
        },
      })
      if (changed.length > TOLD_ONE_BY_ONE) scope.changed({ topic: 'terminals' })
      else for (const subjectId of changed) scope.changed({ topic: 'terminal', subjectId })
    }
    return { ...toReport(counted, chosen.unreadable), tally: null }
  },
)

type Chosen = Awaited<ReturnType<typeof choose>>

type Led = { id: string; revision: number } | null

async function count(ctx: Ctx, set: Led, chosen: Chosen): Promise<CountedConnections> {
  const [row] = await ctx.db.execute<{ counted: CountedConnections }>(
    sql`with ${connectionsOf(ctx, set?.id ?? null, chosen)} ${countConnections(set)}`,
  )
  return row?.counted as CountedConnections
}

function toReport(
  { changing, ...counted }: CountedConnections,
  unreadable: Chosen['unreadable'],
): Omit<ConnectionReport, 'tally'> {
  return {
    ...counted,
    changes: changing.length,
    unreadable: { count: unreadable.length, first: unreadable.slice(0, NAMED_MAX) },
  }
}
