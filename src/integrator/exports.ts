import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { z } from 'zod'
import type { Ctx } from '../core/context'
import type { Permission } from '../core/permissions'
import { parseInput } from '../core/verb'
import type { ByteEndpoint } from './bytes'

/** Rows on their way out, read as they are taken; `csv` where they are cells still. */
interface ExportedFile {
  fileName: string
  source: Readable
  csv?: Transform
}

interface ExportSpec<Input extends z.ZodObject> {
  path: string
  permission: Permission
  operationId: string
  summary: string
  tag: string
  /** The query of the address: from texts, which is all that an address can carry. */
  input: Input
  /** What a field means that says nothing of itself, such as `As for the list.` */
  fieldsAre: string
  /** What the file has. */
  rows: string
  mediaType?: 'text/csv' | 'application/jsonl'
  /** Answers of its own, beside the file. */
  responses?: Record<number, { description: string }>
  run(ctx: Ctx, input: z.output<Input>): Promise<ExportedFile>
}

/** The address of a list as a file. */
export function exportEndpoint<Input extends z.ZodObject>(spec: ExportSpec<Input>): ByteEndpoint {
  const { path, permission, operationId, summary, tag, mediaType = 'text/csv' } = spec
  return {
    method: 'GET',
    path,
    permission,
    operation: {
      operationId,
      summary,
      tags: [tag],
      parameters: Object.entries(spec.input.shape as Record<string, z.ZodType>).map(([name, field]) => ({
        name,
        in: 'query',
        required: !field.safeParse(undefined).success,
        schema: { type: 'string' },
        description: name === 'lang' ? 'Language of the headings: en or ru.' : spec.fieldsAre,
      })),
      responses: {
        200: { description: spec.rows, content: { [mediaType]: { schema: { type: 'string' } } } },
        ...spec.responses,
      },
    },
    async handle(ctx, req, res) {
      const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
      const input = parseInput(spec.input, Object.fromEntries(searchParams))
      const { fileName, source, csv } = await spec.run(ctx, input)
      res.writeHead(200, {
        'Content-Type': `${mediaType}; charset=utf-8`,
        'Content-Disposition': `attachment; filename="${fileName}"`,
      })
      // A reader that goes away ends the reading: the pipe destroys its source.
      await pipeline(csv === undefined ? [source, res] : [source, csv, res])
    },
  }
}
