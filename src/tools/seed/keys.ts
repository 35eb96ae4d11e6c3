import type { Actor, Ctx } from '../../core/context'
import { isFailure } from '../../core/errors'
import type { PlatformId } from '../../core/platforms'
import { planTerminals } from '../../features/actions'
import {
  depositKeys,
  fetchKeys,
  keyPlanner,
  noteDelivered,
  reportKeyResult,
  revokeKeys,
} from '../../features/keys'
import { acceptStatuses } from '../../features/monitoring/status'
import type { Status } from '../../features/monitoring/status/schemas'
import { bundleIn, makeKeyBundle } from '../simulator/keys/bundle'
import { restingTerminals } from './registry'

const HOUR_MS = 3_600_000
const BATCH = 'PILOT'
/** The first ones are out of service (past.ts); those behind the last story have no keys. */
const FIRST = 10

type KeySystem = Pick<Extract<Actor, { kind: 'integrator' }>, 'id' | 'name'>

/**
 * Gives some of the resting terminals keys in every state, by the same functions that deposits and messages end in, with
 * the clock set back.
 * @param system the API key that deposits
 */
export async function seedKeys(ctx: Ctx, system: KeySystem): Promise<number> {
  const samples = restingTerminals.slice(FIRST, FIRST + STORIES.length)
  const rows = await ctx.sql<{ id: string; serial: string; platform: PlatformId }[]>`
    select id, serial, platform from terminals where serial in ${ctx.sql(samples.map(({ serial }) => serial))}
    order by serial`
  const depositor: Actor = {
    ...{ kind: 'integrator', id: system.id, name: system.name },
    ...{ scopes: ['keys:deposit'], visibility: { kind: 'all' } },
  }
  await Promise.all(rows.map((terminal, at) => STORIES[at]?.(new TerminalKeys(ctx, terminal, depositor))))
  await tellLoaded(ctx)
  return rows.length
}

/** Terminals that have loaded keys show it in their status, as they would from then on. */
async function tellLoaded(ctx: Ctx): Promise<void> {
  const told = await ctx.sql<{ terminalId: string; status: Status; keys: Status['keys']; at: Date }[]>`
    select s.terminal_id as "terminalId", s.status, f.reported_kcvs as keys, s.received_at as at
    from key_files f join terminal_status s on s.terminal_id = f.terminal_id where f.state = 'installed'`
  await acceptStatuses(
    ctx,
    told.map(({ terminalId, status, keys, at }) => ({
      ...{ terminalId, status: { ...status, keys }, clientHash: null },
      receivedAtMs: new Date(at).getTime() + 1,
    })),
  )
}

/** What happens to the keys of one terminal; each step so many hours ago. */
class TerminalKeys {
  readonly #ctx: Ctx
  readonly #terminal: { id: string; serial: string; platform: PlatformId }
  readonly #depositor: Actor
  #sequence = 0
  #fileId = ''

  constructor(ctx: Ctx, terminal: { id: string; serial: string; platform: PlatformId }, depositor: Actor) {
    this.#ctx = ctx
    this.#terminal = terminal
    this.#depositor = depositor
  }

  async deposit(hoursAgo: number, { validHours = 24 * 90, asksApproval = false } = {}): Promise<void> {
    const ctx = this.#at(hoursAgo, this.#depositor)
    const { settings } = ctx
    const { serial } = this.#terminal
    const notAfter = new Date(ctx.clock.now().getTime() + validHours * HOUR_MS)
    const bytes = makeKeyBundle(this.#terminal, ++this.#sequence, { notAfter })
    const { deposit } = await depositKeys(
      { ...ctx, settings: { ...settings, keys: { ...settings.keys, approval: asksApproval } } },
      { serial, sequence: this.#sequence, batch: `${BATCH}-${this.#sequence}`, bytes },
    )
    this.#fileId = deposit.fileId
  }

  async offer(hoursAgo: number): Promise<void> {
    await planTerminals(this.#at(hoursAgo), [keyPlanner], [this.#terminal.id])
  }

  async fetch(hoursAgo: number): Promise<void> {
    const ctx = this.#at(hoursAgo, this.#caller)
    const { file } = await fetchKeys(ctx, this.#terminal.id, this.#fileId)
    await noteDelivered(ctx, this.#terminal.id, file)
  }

  async askInVain(hoursAgo: number): Promise<void> {
    try {
      await fetchKeys(this.#at(hoursAgo, this.#caller), this.#terminal.id, undefined)
    } catch (error) {
      if (!isFailure(error) || error.code !== 'no_keys') throw error
    }
  }

  /** @param lastKcv of the last key, where it is not the deposited one */
  async installed(hoursAgo: number, lastKcv?: string): Promise<void> {
    const keys = bundleIn(makeKeyBundle(this.#terminal, this.#sequence))?.keys ?? []
    const kcvs = keys.map(({ slot, kcv = '' }) => ({ slot, kcv }))
    const last = kcvs.at(-1)
    if (lastKcv !== undefined && last !== undefined) last.kcv = lastKcv
    await this.#report(hoursAgo, { state: 'installed', kcvs })
  }

  async unproved(hoursAgo: number): Promise<void> {
    await this.#report(hoursAgo, { state: 'installed', kcvs: [] })
  }

  async failed(hoursAgo: number, reason: string): Promise<void> {
    await this.#report(hoursAgo, { state: 'failed', kcvs: [], reason })
  }

  async revoke(hoursAgo: number, reason: string): Promise<void> {
    await revokeKeys(this.#at(hoursAgo), { fileId: this.#fileId, reason })
  }

  async #report(hoursAgo: number, result: Parameters<typeof reportKeyResult>[3]): Promise<void> {
    await reportKeyResult(this.#at(hoursAgo, this.#caller), this.#terminal.id, this.#fileId, result)
  }

  get #caller(): Actor {
    return { kind: 'terminal', id: this.#terminal.id, serial: this.#terminal.serial }
  }

  #at(hoursAgo: number, actor = this.#ctx.actor): Ctx {
    const now = new Date(this.#ctx.clock.now().getTime() - hoursAgo * HOUR_MS)
    return { ...this.#ctx, actor, clock: { now: () => now } }
  }
}

type Story = (keys: TerminalKeys) => Promise<void>

const loaded: Story = async (keys) => {
  await keys.deposit(30)
  await keys.offer(29.5)
  await keys.fetch(29.4)
  await keys.installed(29.4)
}
const renewed: Story = async (keys) => {
  await keys.deposit(30)
  await keys.deposit(12)
  await keys.fetch(8)
  await keys.installed(8)
}
const refused: Story = async (keys) => {
  await keys.deposit(30)
  await keys.fetch(6)
  await keys.failed(6, 'install_error')
}
const other: Story = async (keys) => {
  await keys.deposit(30)
  await keys.fetch(5)
  await keys.installed(5, 'FA17ED')
}
/** Three times in a row: no more keys for this one until an officer lets it. */
const stopped: Story = async (keys) => {
  for (const hoursAgo of [30, 20, 10]) {
    await keys.deposit(hoursAgo)
    await keys.fetch(hoursAgo - 1)
    await keys.failed(hoursAgo - 1, 'hash_mismatch')
  }
}
const waiting: Story = (keys) => keys.deposit(30)
const offered: Story = async (keys) => {
  await keys.deposit(30)
  await keys.offer(1)
}
const delivered: Story = async (keys) => {
  await keys.deposit(30)
  await keys.fetch(0)
}
const unproved: Story = async (keys) => {
  await keys.deposit(30)
  await keys.fetch(2)
  await keys.unproved(2)
}
const requested: Story = (keys) => keys.askInVain(3)
const unapproved: Story = (keys) => keys.deposit(4, { asksApproval: true })
/** The server's own beat ends it. */
const expired: Story = (keys) => keys.deposit(30, { validHours: 12 })
const revoked: Story = async (keys) => {
  await keys.deposit(30)
  await keys.revoke(7, 'Терминал списан до загрузки ключей')
}

const STORIES: readonly Story[] = [
  ...[loaded, refused, loaded, offered, loaded, other, loaded, waiting, renewed, requested, loaded, stopped],
  ...[loaded, unproved, loaded, revoked, loaded, expired, delivered, unapproved, loaded, unapproved, loaded],
]
