import type { Ctx } from '../../core/context'
import { hashToken } from '../../core/tokens'
import { acceptStatuses, takeSnapshot, writePresence } from '../../features/monitoring/status'
import {
  enrollTerminal,
  findDoorTerminals,
  firstUseOfToken,
  issueEnrollmentCode,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from '../../features/terminals'
import { Persona } from '../simulator/persona'
import { between, chanceOf } from '../simulator/random'
import { restingTerminals, type Sample } from './registry'

const HOURS = 36
const STEPS_PER_HOUR = 3
const MS_PER_STEP = 3_600_000 / STEPS_PER_HOUR
const INTERVAL_SECONDS = 3_600 / STEPS_PER_HOUR
/** What the living ones are told at the end: nobody plays them, so they are content for the day. */
const LAST_INTERVAL_SECONDS = 86_400
/** The last ones never came. */
const AWAITED = 9

interface Life {
  terminalId: string
  persona: Persona
  /** The steps at which it is silent, from and to. */
  silence: [from: number, to: number]
}

/**
 * Gives the resting terminals a day and a half of history, by the same functions that real messages end in, with the clock
 * set back: enrolled, polling, silent for a while or for good, updated, re-numbered; some suspended, retired or stolen since.
 */
export async function seedPast(ctx: Ctx): Promise<void> {
  const steps = HOURS * STEPS_PER_HOUR
  const startMs = ctx.clock.now().getTime() - steps * MS_PER_STEP
  const at = (step: number): Ctx => ({ ...ctx, clock: { now: () => new Date(startMs + step * MS_PER_STEP) } })
  const lives = await enrollAll(at(0), restingTerminals.slice(0, -AWAITED), steps)
  for (let step = 0; step <= steps; step++) {
    const then = at(step)
    const nowMs = then.clock.now().getTime()
    const awake = lives.filter(({ silence: [from, to] }) => step < from || step > to)
    for (const { persona } of awake) persona.live()
    const isLast = step === steps
    await acceptStatuses(
      ctx,
      awake.map(({ terminalId, persona }) => ({
        terminalId,
        status: statusOf(persona, step, steps),
        clientHash: null,
        receivedAtMs: nowMs,
      })),
    )
    await writePresence(
      ctx.sql,
      awake.map(({ terminalId, persona }) => ({
        terminalId,
        seenAtMs: nowMs - between(persona.chance, 0, 50_000),
        nextCheckInSeconds: isLast ? LAST_INTERVAL_SECONDS : INTERVAL_SECONDS,
        clockSkewMs: persona.clockSkewMs,
        vitals: persona.vitals(nowMs),
      })),
    )
    await takeSnapshot(then)
  }
  await changeStates(ctx, lives)
}

async function enrollAll(ctx: Ctx, samples: readonly Sample[], steps: number): Promise<Life[]> {
  const serials = samples.map((one) => one.serial)
  const { enrollmentCode } = await issueEnrollmentCode(ctx, { serials })
  const lives: Life[] = []
  for (const { serial, platform } of samples) {
    const { terminalId, token } = await enrollTerminal(ctx, { serial, platform, enrollmentCode })
    const [door] = await findDoorTerminals(ctx.sql, { tokenHashes: [hashToken(token)] })
    const credentialId = door?.credentials[0]?.id
    if (credentialId !== undefined) await firstUseOfToken(ctx, { terminalId, credentialId })
    lives.push({
      terminalId,
      persona: new Persona(serial, platform, ctx.clock.now().getTime()),
      silence: silenceOf(serial, steps),
    })
  }
  return lives
}

/** Most sleep a few hours at night; one of nine is lost since some hour. */
function silenceOf(serial: string, steps: number): [number, number] {
  const chance = chanceOf(`silence ${serial}`)
  const from = between(chance, Math.floor(steps / 4), steps - 4)
  return chance() < 0.11 ? [from, steps] : [from, from + between(chance, 0, 7 * STEPS_PER_HOUR)]
}

/** A few come back from repair in the case of another model, one with the TID of another shop. */
function statusOf(persona: Persona, step: number, steps: number) {
  const status = persona.status()
  const isLate = step > steps / 2
  if (isLate && persona.serial.endsWith('17')) return { ...status, model: 'WPOS-QT' }
  if (isLate && persona.serial.endsWith('28')) return { ...status, tids: [{ tid: '10000001' }] }
  return status
}

async function changeStates(ctx: Ctx, lives: readonly Life[]): Promise<void> {
  for (const { terminalId } of lives.slice(0, 3)) await suspendTerminal(ctx, { terminalId })
  for (const { terminalId } of lives.slice(3, 6)) await retireTerminal(ctx, { terminalId })
  for (const { terminalId } of lives.slice(6, 7)) await revokeTerminal(ctx, { terminalId })
}
