import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { acceptsGzip } from '../core/accepts-gzip'
import { sendProblem } from '../core/problem'
import { VERSION } from '../core/version'
import { restOpenApi } from '../integrator/openapi'
import { documentedMessages } from '../terminal/messages'
import { terminalOpenApi } from '../terminal/openapi'

/** The published documents, as they are committed below docs and served. */
export const DOCUMENTS = {
  rest: async () => textOf(await restOpenApi(VERSION)),
  terminals: async () => textOf(terminalOpenApi(documentedMessages(), VERSION)),
}

const textOf = (document: unknown) => `${JSON.stringify(document, null, 2)}\n`

/** Serves the documents, made when first asked for. They tell nothing that the source does not. */
export function createDocuments() {
  const serve = (make: () => Promise<string>) => {
    let bodies: Promise<{ plain: Buffer; gzipped: Buffer }> | undefined
    return (req: IncomingMessage, res: ServerResponse): void => {
      bodies ??= make().then(async (text) => {
        const plain = Buffer.from(text)
        return { plain, gzipped: await promisify(gzip)(plain) }
      })
      bodies.then(
        ({ plain, gzipped }) => {
          const isGzipped = acceptsGzip(req)
          const body = isGzipped ? gzipped : plain
          res
            .writeHead(200, {
              'Content-Type': 'application/json',
              'Content-Length': body.length,
              Vary: 'Accept-Encoding',
              ...(isGzipped ? { 'Content-Encoding': 'gzip' } : {}),
            })
            .end(req.method === 'HEAD' ? undefined : body)
        },
        () =>
          sendProblem(req, res, { status: 500, code: 'internal', detail: 'The document could not be made.' }),
      )
    }
  }
  return {
    rest: serve(DOCUMENTS.rest),
    terminals: serve(DOCUMENTS.terminals),
  }
}
