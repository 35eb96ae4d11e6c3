import type { Scope } from '../../core/permissions'
import { createApiKey, listApiKeys, rotateApiKey } from '../../features/operators'
import { need, parse } from './args'
import type { Command, Result } from './command'

export const apiKeyCommands: readonly Command[] = [
  {
    name: 'api-keys create',
    usage: '--name N --scopes a:b,c:d [--expires ISO-DATE]',
    summary: 'Makes an API key; it is shown this once.',
    async run(ctx, args) {
      const { values } = parse(args, {
        name: { type: 'string' },
        scopes: { type: 'string' },
        expires: { type: 'string' },
      })
      return createApiKey(ctx, {
        name: need(values.name, '--name'),
        scopes: need(values.scopes, '--scopes')
          .split(',')
          .map((one) => one.trim()) as Scope[],
        ...(values.expires === undefined ? {} : { expiresAt: values.expires }),
      })
    },
  },
  {
    name: 'api-keys list',
    usage: '[--limit N] [--cursor C]',
    summary: 'Lists the API keys with their ids, a page at a time.',
    async run(ctx, args) {
      const { values } = parse(args, { limit: { type: 'string' }, cursor: { type: 'string' } })
      const page = await listApiKeys(ctx, {
        ...(values.limit === undefined ? {} : { limit: Number(values.limit) }),
        ...(values.cursor === undefined ? {} : { cursor: values.cursor }),
      })
      return { ...page }
    },
    describe: describeApiKeys,
  },
  {
    name: 'api-keys rotate',
    usage: '--id ID [--overlap-hours N]',
    summary:
      'Gives an API key a new secret, shown this once; the one before works on for 24 hours, or as said.',
    async run(ctx, args) {
      const { values } = parse(args, { id: { type: 'string' }, 'overlap-hours': { type: 'string' } })
      const hours = values['overlap-hours']
      return rotateApiKey(ctx, {
        apiKeyId: need(values.id, '--id'),
        ...(hours === undefined ? {} : { overlapHours: Number(hours) }),
      })
    },
  },
]

function describeApiKeys(result: Result): string {
  const { items, nextCursor } = result as unknown as Awaited<ReturnType<typeof listApiKeys>>
  const lines = items.map(({ id, name, revokedAt, expiresAt, lastUsedAt, secrets, createdBy, warnings }) =>
    [
      id,
      name,
      revokedAt === null ? `until ${expiresAt ?? 'revoked'}` : `revoked ${revokedAt}`,
      lastUsedAt === null ? 'never used' : `used ${lastUsedAt}`,
      `by ${createdBy}${warnings.includes('maker_gone') ? ', who has left' : ''}`,
      ...secrets.map(({ hint, state }) => `${hint ?? 'secret'}… ${state}`),
    ].join('  '),
  )
  return [...lines, ...(nextCursor === null ? [] : [`more: --cursor ${nextCursor}`])].join('\n')
}
