import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { DOCUMENTS } from '../../src/server/documents'

interface Operation {
  operationId: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean }[]
  responses: Record<string, unknown>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
}

/** What the published documents owe the standard, beside what psManager owes its readers (openapi.test.ts). */
describe.each(Object.entries(DOCUMENTS))('the document of %s', async (_name, make) => {
  const text = await make()
  const document = JSON.parse(text) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  it('is OpenAPI 3.1 by its official schema', async () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    const { valid, errors } = await new Validator().validate(JSON.parse(text))
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
  })

  it('declares every name of a path, as required, and no other', () => {
    const wrong = operations.filter(({ path, operation }) => {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path')
      const isSame = JSON.stringify(declared.map(({ name }) => name).sort()) === JSON.stringify(named)
      return !isSame || declared.some(({ required }) => required !== true)
    })
    expect(wrong.map(({ operation }) => operation.operationId)).toEqual([])
  })

  it('refers to nothing that is not there, and has nothing that nothing refers to', () => {
    const refs = new Set([...text.matchAll(/"\$ref": "#\/components\/([^"]+)"/g)].map(([, ref]) => ref ?? ''))
    const there = Object.entries(document.components).flatMap(([kind, all]) =>
      kind === 'securitySchemes' ? [] : Object.keys(all).map((name) => `${kind}/${name}`),
    )
    expect([...refs].filter((ref) => !there.includes(ref))).toEqual([])
    expect(there.filter((name) => !refs.has(name))).toEqual([])
  })

  it('tells two paths apart, whatever stands in the places of their names', () => {
    const shapes = operations.map(({ path, method }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)
    expect(shapes.filter((shape, at) => shapes.indexOf(shape) !== at)).toEqual([])
  })

  it('says of every operation what it answers where it does as asked', () => {
    const unsaid = operations.filter(
      ({ operation }) => !Object.keys(operation.responses).some((status) => /^[23]/.test(status)),
    )
    expect(unsaid.map(({ operation }) => operation.operationId)).toEqual([])
  })
})
