import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020'
import { describe, expect, it } from 'vitest'
import { TAGS } from '../../src/integrator/openapi-tags'
import { DOCUMENTS } from '../../src/server/documents'

interface Content {
  [mediaType: string]: { schema: object; example?: unknown }
}
interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  parameters?: { name: string; required?: boolean; schema: object; example?: unknown }[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}

interface Document {
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
}

const operationsOf = ({ paths }: Document) => Object.values(paths).flatMap((one) => Object.values(one))
const rest = JSON.parse(await DOCUMENTS.rest()) as Document
const terminals = JSON.parse(await DOCUMENTS.terminals()) as Document
const operations = operationsOf(rest)

/** Everything of operations that is JSON, with the example beside its schema. */
const shownIn = (all: readonly Operation[]) =>
  all.flatMap(({ operationId, parameters = [], requestBody, responses }) => [
    ...parameters
      .filter(({ required }) => required === true)
      .map((one) => ({ at: `${operationId} ${one.name}`, ...one })),
    ...[requestBody, ...Object.values(responses)].flatMap((body) => {
      const json = body?.content?.['application/json']
      return json === undefined ? [] : [{ at: operationId, ...json }]
    }),
  ])

describe.each([
  ['REST', rest],
  ['the terminal protocol', terminals],
])('examples of %s', (_name, document) => {
  const shown = shownIn(operationsOf(document))

  it('show everything that is sent and answered as JSON', () => {
    expect(shown.length).toBeGreaterThan(10)
    expect(shown.filter(({ example }) => example === undefined).map(({ at }) => at)).toEqual([])
  })

  it('are as the document says', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document, 'psm')
    const told = (schema: object) =>
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"psm#/components/')) as object
    const wrong = shown.flatMap(({ at, schema, example }) => {
      const validate = ajv.compile(told(schema))
      return validate(example) ? [] : [`${at}: ${ajv.errorsText(validate.errors)}`]
    })
    expect(wrong).toEqual([])
  })
})

describe('the published document of REST', () => {
  it.each([
    ['docs/openapi.json', DOCUMENTS.rest],
    ['docs/openapi-terminal.json', DOCUMENTS.terminals],
  ])('lies in %s as the code makes it; after a change: npm run openapi', async (file, make) => {
    expect(readFileSync(file, 'utf8') === (await make()), file).toBe(true)
  })

  it('names every operation once, and says what it needs', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    const unsaid = operations.filter(
      ({ summary, description }) => !summary || !/Needs `[\w-]+:[\w-]+/.test(description),
    )
    expect(unsaid.map(({ operationId }) => operationId)).toEqual([])
  })

  it('describes every tag', () => {
    const used = new Set(operations.flatMap(({ tags }) => tags))
    expect([...used].filter((name) => TAGS[name] === undefined)).toEqual([])
    expect(rest.tags).toHaveLength(used.size)
  })
})
