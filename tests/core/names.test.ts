import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { nameText } from '../../src/core/names'
import { CopySet, SetFields } from '../../src/features/apps/sets/schemas'
import {
  CreateApiKeyInput,
  CreateOperatorInput,
  UpdateAccountInput,
} from '../../src/features/operators/schemas'
import { SetupInput } from '../../src/features/operators/sign-in/schemas'
import {
  GroupInput,
  MerchantInput,
  UpdateGroupInput,
  UpdateMerchantInput,
} from '../../src/features/terminals/schemas'
import { NewPackage } from '../../src/features/updates/packages/schemas'
import { StartRolloutInput } from '../../src/features/updates/rollouts/schemas'
import { CopyRule, RuleFields } from '../../src/features/updates/rules/schemas'
import { CreateWebhookInput } from '../../src/features/webhooks/schemas'
import { describeIssue } from '../../src/ui/form/validation'
import { wordsOf } from '../ui/words'

const HIDDEN = [
  ...[0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0x061c],
  ...[0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x00ad, 0x2028, 0x2029, 0x0000, 0x000a, 0x0009, 0x001b, 0x0085],
]

const names: [what: string, schema: z.ZodType][] = [
  ['a group', GroupInput.shape.name],
  ['a group that is changed', UpdateGroupInput.shape.name],
  ['a merchant', MerchantInput.shape.name],
  ['a merchant that is changed', UpdateMerchantInput.shape.name],
  ['a merchant elsewhere', MerchantInput.shape.externalId],
  ['a set', SetFields.shape.name],
  ['a copy of a set', CopySet.shape.name],
  ['a rule', RuleFields.shape.name],
  ['a copy of a rule', CopyRule.shape.name],
  ['a rollout', StartRolloutInput.shape.name],
  ['a component', NewPackage.shape.component],
  ['a version', NewPackage.shape.version],
  ['an operator', CreateOperatorInput.shape.name],
  ['oneself', UpdateAccountInput.shape.name],
  ['the first administrator', SetupInput.shape.name],
  ['an API key', CreateApiKeyInput.shape.name],
  ['a webhook', CreateWebhookInput.shape.name],
]

describe('a name', () => {
  it.each(HIDDEN)('holds nothing that cannot be seen: U+%i', (code) => {
    expect(nameText(100).safeParse(`Shop ${String.fromCodePoint(code)}gnp.exe`).success).toBe(false)
  })

  it.each(['Касса №1', 'Café «Süd»', 'مقهى', 'カフェ 24/7', 'A&B — “C”', '☕ Kiosk'])('may be %s', (name) => {
    expect(nameText(100).parse(` ${name} `)).toBe(name)
  })

  it.each(names)('of %s is such a name', (_what, schema) => {
    expect(schema.safeParse('Shop 24').success).toBe(true)
    expect(schema.safeParse('Shop \u202e42').success).toBe(false)
  })

  it('that holds it is refused in the words of whoever reads it', () => {
    const told = nameText(9).safeParse('a\u200bb').error?.issues[0]
    expect(told?.message).toContain('invisible')
    if (told === undefined) return
    expect(describeIssue(told, 'a\u200bb', wordsOf('en'))).toMatch(/^Only letters that can be seen/)
    expect(describeIssue(told, 'a\u200bb', wordsOf('ru'))).toMatch(/^Здесь есть невидимый символ/)
  })
})
