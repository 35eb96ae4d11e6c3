import { describe, expect, it } from 'vitest'
import {
  type ApiDocument,
  generalAnswers,
  groupsOf,
  search,
} from '../../../src/features/api-docs/ui/document'
import { fieldsOf, typeOf } from '../../../src/features/api-docs/ui/fields'
import { DOCUMENTS } from '../../../src/server/documents'

const rest = JSON.parse(await DOCUMENTS.rest()) as ApiDocument
const terminals = JSON.parse(await DOCUMENTS.terminals()) as ApiDocument
const groups = groupsOf(rest)
const operations = groups.flatMap((group) => group.operations)
const of = (id: string, all = operations) => {
  const found = all.find((one) => one.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  return found
}
const ofTerminals = groupsOf(terminals).flatMap((group) => group.operations)

describe('the page of the documents', () => {
  it('has every operation of both, each in one group', () => {
    const count = ({ paths }: ApiDocument) =>
      Object.values(paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0)
    expect(operations).toHaveLength(count(rest))
    expect(ofTerminals).toHaveLength(count(terminals))
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length)
  })

  it('knows the type of everything that it shows', () => {
    const unknown = [...operations, ...ofTerminals].flatMap(({ id, parameters, body, answers }) =>
      [
        ...parameters,
        ...[...body, ...answers.flatMap(({ contents }) => contents)].flatMap((one) => one.fields),
      ]
        .filter(({ type }) => type === '' || /undefined|\[object/.test(type))
        .map(({ name }) => `${id} ${name}`),
    )
    expect(unknown).toEqual([])
  })

  it('tells general refusals once, and of an operation its own answers', () => {
    expect(generalAnswers(rest).map(({ status }) => status)).toContain('429')
    expect(of('terminals.list').answers.map(({ status }) => status)).toContain('200')
  })

  it('finds operations by all words of a search, wherever they stand', () => {
    const ids = (text: string) =>
      search(groups, text).flatMap((group) => group.operations.map(({ id }) => id))
    expect(ids('PATCH terminals')).toEqual(['terminals.update'])
    expect(ids('terminals:enroll')).toContain('enrollmentCodes.issue')
    expect(ids('no such thing')).toEqual([])
    expect(ids(' ')).toHaveLength(operations.length)
  })

  it('gives a line for a shell: with the key, the body, and what the address asks for', () => {
    const line = of('terminals.update').curl('https://tms.example')
    expect(line).toMatch(
      /^curl -X PATCH -H 'Authorization: Bearer psk_…' -H 'Content-Type: application\/json' -d '\{/,
    )
    expect(line).toMatch(/'https:\/\/tms\.example\/api\/v1\/terminals\/[\da-f-]{36}'$/)
    expect(of('check-in', ofTerminals).curl('https://tms.example')).toContain('Bearer pst_…')
    expect(of('enroll', ofTerminals).curl('https://tms.example')).not.toContain('Authorization')
  })

  it('keeps quotes of an example from ending the argument', () => {
    const document = structuredClone(rest)
    const operation = document.paths['/groups']?.post
    const json = operation?.requestBody?.content?.['application/json']
    if (json !== undefined) json.example = { name: "O'Hara; rm -rf /" }
    const line = of(
      'groups.create',
      groupsOf(document).flatMap((group) => group.operations),
    ).curl('')
    expect(line).toContain(`-d '{"name":"O'\\''Hara; rm -rf /"}'`)
  })
})

describe('a type in signs', () => {
  const document = {
    components: { schemas: { Tree: { properties: { tree: { $ref: '#/components/schemas/Tree' } } } } },
  }

  it.each([
    [{ type: 'string', format: 'uuid' }, 'string(uuid)'],
    [{ type: ['string', 'null'], maxLength: 9 }, 'string ≤9 | null'],
    [{ type: 'integer', minimum: 1, maximum: 100, default: 50 }, 'integer 1…100 = 50'],
    [{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'integer'],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [
      { type: 'array', maxItems: 5, items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      '(string | null)[] ≤5',
    ],
    [{ type: 'string', pattern: '^a+$' }, 'string /^a+$/'],
    [{ $ref: '#/components/schemas/Tree' }, 'Tree'],
    [{}, 'any'],
  ])('%j is %s', (schema, type) => {
    expect(typeOf(document, schema)).toBe(type)
  })

  it('ends where a shape holds itself', () => {
    expect(fieldsOf(document, { $ref: '#/components/schemas/Tree' }).length).toBeLessThan(20)
  })

  it('shows of a choice between shapes each with its fields', () => {
    const one = (name: string) => ({ properties: { [name]: { type: 'string' } }, required: [name] })
    const fields = fieldsOf(document, { anyOf: [one('a'), one('b'), { type: 'null' }] })
    expect(fields.map(({ name, depth, isRequired }) => [name, depth, isRequired])).toEqual([
      ['1.', 0, false],
      ['a', 1, true],
      ['2.', 0, false],
      ['b', 1, true],
    ])
  })
})
