import { compareKcv, type Kcv, type KcvAlgorithm } from '../block/kcv'
import type { KeyRule } from '../block/lists'
import { type KeyBlock, parseKeyBlock } from '../block/parse'
import { judgeBlock, type KeyPolicy } from '../block/policy'
import { isPublishedKcv } from '../block/published'
import { type Finding, finding } from './finding'
import type { BundleKey } from './schemas'

/** A key of a bundle, with its block where that can be read. */
export interface ReadKey {
  key: BundleKey
  index: number
  block: KeyBlock | null
  problems: Finding[]
  warnings: Finding[]
}

/** Pure: one key of a bundle, judged by itself. */
export function readKey(key: BundleKey, index: number, policy: KeyPolicy): ReadKey {
  const found = (rules: readonly KeyRule[]) => rules.map((rule) => ({ rule, at: `keys.${index}.block` }))
  const parsed = parseKeyBlock(key.block)
  if (!parsed.ok) return { key, index, block: null, problems: found(parsed.problems), warnings: [] }
  const { block } = parsed
  const { rejects, warnings } = judgeBlock(block, policy)
  const hasSerial = key.ksn !== undefined
  const problems = found(rejects.filter(({ code }) => !(hasSerial && code === 'initial_key_without_serial')))
  const given = givenKcv(key)
  if (given !== null && block.kcv !== null && compareKcv(given, block.kcv) === 'different')
    problems.push(finding('check_value_differs', `keys.${index}.kcv`))
  if (policy.denyTestKeys && given !== null && isPublishedKcv(given))
    problems.push(finding('published_test_key', `keys.${index}.kcv`))
  return { key, index, block, problems, warnings: found(warnings) }
}

/** The check value that stands beside a key or names the transport key; null where none does. */
export function givenKcv(
  fields: { kcv?: string | undefined; kcvAlgorithm?: KcvAlgorithm | undefined } | undefined,
): Kcv | null {
  if (fields?.kcv === undefined || fields.kcvAlgorithm === undefined) return null
  return { kcv: fields.kcv.toUpperCase(), algorithm: fields.kcvAlgorithm }
}
