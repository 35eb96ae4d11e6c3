import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendProblem } from '../core/problem'
import { VERSION } from '../core/version'
import { restOpenApi } from '../integrator/openapi'
import { documentedMessages } from '../terminal/messages'
import { terminalOpenApi } from '../terminal/openapi'

/** The published documents, made when first asked for. They tell nothing that the source does not. */
export function createDocuments() {
  const serve = (make: () => unknown | Promise<unknown>) => {
    let body: Promise<Buffer> | undefined
    return (req: IncomingMessage, res: ServerResponse): void => {
      body ??= Promise.resolve(make()).then((document) => Buffer.from(JSON.stringify(document, null, 2)))
      body.then(
        (bytes) =>
          res
            .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes.length })
            .end(req.method === 'HEAD' ? undefined : bytes),
        () =>
          sendProblem(req, res, { status: 500, code: 'internal', detail: 'The document could not be made.' }),
      )
    }
  }
  return {
    rest: serve(() => restOpenApi(VERSION)),
    terminals: serve(() => terminalOpenApi(documentedMessages(), VERSION)),
  }
}
