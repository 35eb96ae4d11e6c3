import { hash } from 'node:crypto'
import { mayHoldClearKey } from '../block/clear-key'
import { compareKcv, KCV_DIGITS, type Kcv } from '../block/kcv'
import type { KeyPolicy } from '../block/policy'
import { isPublishedKcv } from '../block/published'
import { readBundle } from '../bundle/read'
import type { SlotFacts } from '../tables'
import { type Broken, broken } from './rules'
import type { DepositInput } from './schemas'

/** What a file is deposited for. */
export interface Target {
  serial: string
  /** KCV of the transport key as somebody has registered it; null where nobody has. */
  registeredKcv: string | null
  /** The same as the terminal itself says: a difference is worth a warning, no refusal. */
  reportedKcv: string | null
}

export interface CheckedFile {
  kind: 'opaque' | 'bundle'
  slots: SlotFacts[]
  transportKcv: string | null
  notAfter: Date | null
  warnings: Broken[]
  /** SHA-256 of each ciphertext, by slot. */
  blocks: ReadonlyMap<string, Buffer>
}

export type Checked = { isFit: true; file: CheckedFile } | { isFit: false; problems: Broken[] }

/** Pure: a deposit held to every rule that needs no other file. Names all that it breaks, never what stands in it. */
export function checkDeposit(
  input: DepositInput,
  target: Target,
  { policy, now }: { policy: KeyPolicy; now: Date },
): Checked {
  const problems = checkMetadata(input, now)
  if (input.bytes.length === 0) problems.push(broken('file_empty'))
  const registered = target.registeredKcv === null ? null : kcvOf(target.registeredKcv)
  const bundle = readBundle(
    input.bytes,
    { serial: input.serial, sequence: input.sequence, transportKcv: registered },
    { policy, now },
  )
  if (bundle.kind === 'refused') problems.push(...bundle.problems)
  const isBundle = bundle.kind !== 'opaque'
  if (isBundle && input.kcvs.length > 0) problems.push(broken('metadata_not_for_bundle', 'kcvs'))
  if (isBundle && input.transportKeyKcv !== undefined)
    problems.push(broken('metadata_not_for_bundle', 'transportKeyKcv'))
  const given = input.transportKeyKcv === undefined ? null : kcvOf(input.transportKeyKcv)
  if (bundle.kind === 'opaque') problems.push(...checkOpaque(input, given, registered, policy))
  if (problems.length > 0 || bundle.kind === 'refused') return { isFit: false, problems }
  const said = bundle.kind === 'bundle' ? bundle.facts.transportKeyKcv : given
  const reported = target.reportedKcv === null ? null : kcvOf(target.reportedKcv)
  const warnings: Broken[] = bundle.kind === 'bundle' ? [...bundle.warnings] : []
  if (registered === null && differ(said, reported)) warnings.push(broken('transport_key_differs'))
  const notAfter = input.notAfter === undefined ? null : new Date(input.notAfter)
  const common = { transportKcv: said?.kcv ?? null, warnings }
  if (bundle.kind === 'opaque')
    return {
      isFit: true,
      file: { ...common, kind: 'opaque', slots: slotsOf(input), notAfter, blocks: new Map() },
    }
  return {
    isFit: true,
    file: {
      ...common,
      kind: 'bundle',
      slots: bundle.facts.slots.map(
        ({ slot, type, usage, algorithm, mode, keyVersion, kcv, kcvAlgorithm }) => ({
          ...{ slot, type, usage, algorithm, mode, keyVersion, exportability: null, kcv, kcvAlgorithm },
        }),
      ),
      notAfter: earliest(notAfter, bundle.facts.notAfter),
      blocks: new Map(
        bundle.ciphertexts.map(({ slot, ciphertext }) => [slot, hash('sha256', ciphertext, 'buffer')]),
      ),
    },
  }
}

function checkMetadata({ batch, notAfter, kcvs }: DepositInput, now: Date): Broken[] {
  const problems: Broken[] = []
  if (batch !== undefined && mayHoldClearKey(batch)) problems.push(broken('clear_key_suspected', 'batch'))
  if (kcvs.some(({ slot }) => mayHoldClearKey(slot))) problems.push(broken('clear_key_suspected', 'kcvs'))
  if (notAfter !== undefined && new Date(notAfter) <= now) problems.push(broken('bundle_expired', 'notAfter'))
  return problems
}

function checkOpaque(
  { kcvs }: DepositInput,
  given: Kcv | null,
  registered: Kcv | null,
  { denyTestKeys }: KeyPolicy,
): Broken[] {
  const problems: Broken[] = []
  if (differ(given, registered)) problems.push(broken('transport_key_differs', 'transportKeyKcv'))
  if (!denyTestKeys) return problems
  if (given !== null && isPublishedKcv(given)) problems.push(broken('published_test_key', 'transportKeyKcv'))
  if (kcvs.some((one) => isPublishedKcv(kcvOf(one.kcv, one.kcvAlgorithm))))
    problems.push(broken('published_test_key', 'kcvs'))
  return problems
}

const differ = (one: Kcv | null, other: Kcv | null) =>
  one !== null && other !== null && compareKcv(one, other) === 'different'

/** Where nobody says how a check value was made, its length does: the legacy kind has at most six digits. */
function kcvOf(
  kcv: string,
  algorithm = kcv.length > KCV_DIGITS.legacy ? ('cmac' as const) : ('legacy' as const),
): Kcv {
  return { kcv, algorithm }
}

function slotsOf({ kcvs }: DepositInput): SlotFacts[] {
  return kcvs.map(({ slot, kcv, kcvAlgorithm }) => ({
    slot,
    type: 'opaque',
    ...{ usage: null, algorithm: null, mode: null, keyVersion: null, exportability: null },
    kcv,
    kcvAlgorithm: kcvOf(kcv, kcvAlgorithm).algorithm,
  }))
}

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}
