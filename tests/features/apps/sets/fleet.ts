import { randomUUID } from 'node:crypto'
import type { Ctx } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { inMutation } from '../../../../src/core/verb'
import { planTerminals } from '../../../../src/features/actions'
import { reportActionResult } from '../../../../src/features/actions/results'
import type { ActionResult } from '../../../../src/features/actions/schemas'
import { appsPlanner } from '../../../../src/features/apps/delivery'
import { connectTerminals } from '../../../../src/features/apps/sets'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { SIGNER } from './facts'

/** An application with versions of these codes, as if they were uploaded. */
export async function addApp(
  ctx: Ctx,
  name: string,
  codes: readonly number[],
  more: { minSdk?: number; sizeBytes?: number } = {},
): Promise<string> {
  const id = newId()
  await ctx.sql`insert into apps (id, package, created_by, created_at) values (${id}, ${name}, 'test', now())`
  for (const code of codes) await addVersion(ctx, id, name, code, more)
  return id
}

export async function addVersion(
  ctx: Ctx,
  appId: string,
  name: string,
  code: number,
  { minSdk = 21, sizeBytes = 1_000 } = {},
): Promise<string> {
  const id = newId()
  const sha256 = `${code}`.padStart(8, '0') + randomUUID().replaceAll('-', '') + '0'.repeat(24)
  await ctx.sql`insert into app_versions (id, app_id, version_code, version_name, label, min_sdk, target_sdk, signers,
    signature, is_debuggable, is_test_only, file_name, sha256, size_bytes, blob_key, created_by, created_at)
    values (${id}, ${appId}, ${code}, ${`${code}.0`}, ${`Label of ${name}`}, ${minSdk}, 34, ${[SIGNER]}, '{}', false, false,
      ${`${name}.apk`}, ${sha256}, ${sizeBytes}, ${`apps/${id}`}, 'test', now())`
  return id
}

let serials = 0

/** Registered, active Android terminals that have reported nothing. */
export async function addTerminals(
  ctx: Ctx,
  size: number,
  platform: 'feitian-f20' | 'ingenico-t3' = 'feitian-f20',
) {
  const ids: string[] = []
  for (let left = size; left > 0; left--) {
    const { id } = await registerTerminal(ctx, { serial: `APP-${++serials}`, platform, tids: [] })
    ids.push(id)
  }
  await ctx.sql`update terminals set state = 'active' where id = any(${ids})`
  return ids
}

type Apps = Record<string, number>

/** What a terminal reports: packages with their version codes. */
export async function report(ctx: Ctx, terminalId: string, apps: Apps, more: object = {}): Promise<void> {
  const reported = Object.entries(apps).map(([name, versionCode]) => ({ package: name, versionCode }))
  const status = { os: 'Android 14', application: { name: 'ru.bank.pos' }, apps: reported, ...more }
  await ctx.sql`insert into terminal_status (terminal_id, serial, status_digest, status, received_at)
    values (${terminalId}, '', ${Buffer.from(randomUUID())}, ${ctx.sql.json(status)}, now())
    on conflict (terminal_id) do update set status = excluded.status, status_digest = excluded.status_digest,
      received_at = excluded.received_at`
}

export interface Told {
  id: string
  set: string
  revision: number
  install: { package: string; versionCode: number }[]
  remove: string[]
}

/** What these terminals are told of their applications at a check-in. */
export async function checkIn(ctx: Ctx, terminalIds: readonly string[]): Promise<Map<string, Told>> {
  const plans = await planTerminals(ctx, [appsPlanner], terminalIds)
  return new Map(
    [...plans].flatMap(([id, { actions }]) => {
      const [action] = actions
      return action === undefined ? [] : [[id, action as unknown as Told] as const]
    }),
  )
}

export const answer = (ctx: Ctx, terminalId: string, actionId: string, result: ActionResult) =>
  reportActionResult(ctx, terminalId, actionId, result)

/** What each of these terminals has, as it does what it is told and reports it. */
export class Fleet {
  readonly has = new Map<string, Apps>()

  constructor(
    readonly ctx: Ctx,
    terminalIds: readonly string[],
    start: Apps = {},
  ) {
    for (const id of terminalIds) this.has.set(id, { ...start })
  }

  get ids(): string[] {
    return [...this.has.keys()]
  }

  async report(ids: readonly string[] = this.ids): Promise<void> {
    for (const id of ids) await report(this.ctx, id, this.has.get(id) ?? {})
  }

  /** Does what is told, and reports it. @returns who was told something */
  async obey(ids: readonly string[] = this.ids): Promise<string[]> {
    const told = await checkIn(this.ctx, ids)
    for (const [id, { id: actionId, install, remove }] of told) {
      const apps = this.has.get(id) ?? {}
      for (const name of remove) delete apps[name]
      for (const one of install) apps[one.package] = one.versionCode
      await answer(this.ctx, id, actionId, { state: 'installed' })
    }
    await this.report([...told.keys()])
    await checkIn(this.ctx, [...told.keys()])
    return [...told.keys()]
  }
}

/** As the page under Profile does it, without its preview. */
export const connect = (ctx: Ctx, setId: string | null, terminalIds: readonly string[]) =>
  inMutation(ctx, async (scope) => {
    scope.changedNothingShared()
    return connectTerminals(scope, setId, terminalIds)
  })
