import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { PERMISSION_NAMES } from '../../src/core/permissions'
import { AUDIT_ACTIONS, AUDIT_SUBJECT_KINDS } from '../../src/features/audit/ui/names'
import { HALT_REASONS } from '../../src/features/updates/rollouts/lists'
import { EVENT_TYPES } from '../../src/features/webhooks/lists'
import { en } from '../../src/i18n/en'
import { ru } from '../../src/i18n/ru'
import { readSources } from '../rules/source-files'

const NAME = /^[a-z_]+\.[a-z_]+$/

/** Where an action is said: `{ action: … }`, `const action = …`, and calls of `change` or `audit`. */
function saysAction(node: ts.Node): ts.Node | undefined {
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'action') return node.initializer
  if (ts.isVariableDeclaration(node) && node.name.getText() === 'action') return node.initializer
  if (ts.isCallExpression(node) && ['change', 'audit'].includes(node.expression.getText())) return node
  return undefined
}

function actionsIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && NAME.test(node.text)) found.push(node.text)
    ts.forEachChild(node, collect)
  }
  const visit = (node: ts.Node): void => {
    const said = saysAction(node)
    if (said !== undefined) collect(said)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** `{ terminal: { suspended: … } }` as `terminal.suspended`. */
const namesOf = (words: Record<string, Record<string, string>>) =>
  Object.entries(words).flatMap(([subject, verbs]) => Object.keys(verbs).map((verb) => `${subject}.${verb}`))

describe('the audit log in words', () => {
  const said = new Set(
    readSources('src/features')
      .filter(({ path }) => path.endsWith('.ts') && !path.includes('/ui/'))
      .flatMap(({ path }) => actionsIn(path)),
  )

  it('has words for every action the sources write, and for no other', () => {
    expect(said.size).toBeGreaterThan(40)
    expect(namesOf(en.audit.action).sort()).toEqual([...said].sort())
    expect([...AUDIT_ACTIONS]).toEqual([...said].sort())
  })

  it('has a sentence for every action, which says who it was', () => {
    expect(namesOf(en.audit.sentence).sort()).toEqual([...said].sort())
    for (const { audit } of [en, ru])
      for (const verbs of Object.values<Record<string, string>>(audit.sentence))
        for (const sentence of Object.values(verbs)) expect(sentence).toMatch(/^\{\{ who \}\}/)
  })

  it('has words for why a rollout halted, and for what a webhook is told', () => {
    for (const { audit, webhooks } of [en, ru]) {
      expect(Object.keys(audit.value.code).sort()).toEqual([...HALT_REASONS].sort())
      expect(Object.keys(webhooks.event).sort()).toEqual(
        EVENT_TYPES.map((one) => one.replace('.', '_')).sort(),
      )
      expect(Object.keys(audit.field)).toEqual(
        expect.arrayContaining(['error', 'eventTypes', 'failed', 'of']),
      )
    }
  })

  it('has words for every kind of subject', () => {
    const kinds = new Set(
      readSources('src/features').flatMap(({ path }) =>
        [...readFileSync(path, 'utf8').matchAll(/kind: '(\w+)',\s*id\b/g)].map(([, kind = '']) => kind),
      ),
    )
    expect(kinds.size).toBeGreaterThan(5)
    expect(Object.keys(en.audit.subject)).toEqual(expect.arrayContaining([...kinds]))
    expect([...AUDIT_SUBJECT_KINDS]).toEqual(Object.keys(en.audit.subject).sort())
  })
})

describe('permissions in words', () => {
  it('are all told, and no others', () => {
    const told = namesOf(en.administration.permission).map((name) => name.replace('.', ':'))
    expect(told.sort()).toEqual([...PERMISSION_NAMES].sort())
  })
})
