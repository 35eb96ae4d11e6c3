import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { ChangeFeed } from '../../src/core/change-feed'
import type { Services } from '../../src/core/context'
import { connect } from '../../src/db/client'
import { createTerminalDoor, type TerminalDoor } from '../../src/terminal/door'
import { TerminalClient } from '../../src/tools/simulator/client'
import type { TestDatabase } from './postgres'

export interface OpenDoor {
  url: string
  client: TerminalClient
  door: TerminalDoor
  feed: ChangeFeed
  close(): Promise<void>
}

/** The terminals' door on a port of its own, without framework, as the server puts it together. */
export async function openTerminalDoor(database: TestDatabase, services: Services): Promise<OpenDoor> {
  const listenSql = connect(database.app, { max: 1, applicationName: 'psm-test-listen' })
  const logSql = connect(database.app, { max: 1, applicationName: 'psm-test-log' })
  const feed = new ChangeFeed({
    sql: services.sql,
    listenSql,
    log: services.log,
    onChanges: (rows) => door.onChanges(rows),
  })
  let requests = 0
  const door = createTerminalDoor({
    services,
    logSql,
    isTrusted: (atMs) => feed.isTrusted(atMs),
    loadFactor: () => 1,
    answered: () => {},
    nextRequestId: () => `test-${++requests}`,
  })
  await feed.start()
  await door.warmUp()
  const server = http.createServer((req, res) => door.handle(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new TerminalClient(url)
  return {
    url,
    client,
    door,
    feed,
    async close() {
      client.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await door.stop()
      await feed.stop()
      await Promise.all([listenSql.end(), logSql.end()])
    },
  }
}
