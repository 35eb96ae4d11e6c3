import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PLATFORM_IDS } from '../../src/core/platforms'
import { RESULT_REASONS } from '../../src/features/actions/lists'
import { TERMINAL_STATES } from '../../src/features/terminals/lists'
import { LOCALES } from '../../src/i18n/locales'
import { documentedMessages } from '../../src/terminal/messages'
import { terminalOpenApi } from '../../src/terminal/openapi'
import { wordsOf } from '../ui/words'

interface Operation {
  responses: Record<string, { description: string } | { $ref: string }>
}

const page = readFileSync('docs/terminal-protocol.md', 'utf8')
const { paths, components } = terminalOpenApi(documentedMessages(), 'test') as {
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, { description: string }> }
}
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
)

const descriptionOf = (answer: { description: string } | { $ref: string }) =>
  '$ref' in answer
    ? (components.responses[answer.$ref.split('/').at(-1) ?? '']?.description ?? '')
    : answer.description

/** `status code` of everything that may be refused, as the published document has it. */
const published = new Set(
  operations.flatMap(({ operation }) =>
    Object.entries(operation.responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([status, answer]) =>
        [...descriptionOf(answer).matchAll(/`([a-z]+_[a-z_]+|internal|unauthenticated)`/g)].map(
          ([, code]) => `${status} ${code}`,
        ),
      ),
  ),
)
const onPage = new Set(
  [...page.matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code]) => `${status} ${code}`),
)

describe('the page of the terminal protocol', () => {
  it('has every message of the published document, and no other', () => {
    const headings = [...page.matchAll(/^### ((?:GET|HEAD|POST|PUT) \S+)$/gm)].map(([, name]) => name)
    expect(headings.sort()).toEqual(operations.map(({ name }) => name).sort())
  })

  it('has every code of the published document, and no other', () => {
    expect([...onPage].sort()).toEqual([...published].sort())
  })

  it.each(LOCALES)('has no code that the POS log could not put into words (%s)', (locale) => {
    const { lookup } = wordsOf(locale)
    const codes = [...onPage].map((one) => one.split(' ')[1])
    expect(codes.length).toBeGreaterThan(30)
    expect(codes.filter((code) => lookup(`posLog.code.${code}`) === undefined)).toEqual([])
  })

  it('has every platform and every state of a terminal', () => {
    const names = [...PLATFORM_IDS, ...TERMINAL_STATES]
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  it('has every reason of a result with its number', () => {
    for (const [reason, number] of Object.entries(RESULT_REASONS))
      expect(page).toContain(`| \`${reason}\` | ${number} |`)
  })

  it('has the sizes that bodies may have', () => {
    for (const { method, path, body, upload } of documentedMessages()) {
      const ofBytes = upload ? `${upload.usualMaxMib} MiB` : 'none'
      expect(page).toContain(
        `| \`${method} /terminal/v1${path.replace(/:(\w+)/g, '{$1}')}\` | ${body ? `${body.maxBytes / 1024} KiB` : ofBytes} |`,
      )
    }
  })
})
