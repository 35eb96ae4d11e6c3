import { PLATFORM_IDS, type PlatformId } from '../../core/platforms'
import type { TerminalClient } from '../simulator/client'
import { askForCode } from '../simulator/register'
import { FakeTerminal } from '../simulator/terminal'

/** So many terminals that are registered and have enrolled; `isFit` chooses among those that could be. */
export async function enrolledFleet(
  client: TerminalClient,
  apiKey: string,
  count: number,
  isFit: (terminal: FakeTerminal) => boolean = () => true,
): Promise<FakeTerminal[]> {
  const terminals: FakeTerminal[] = []
  for (let at = 0; terminals.length < count; at++) {
    const platform = PLATFORM_IDS[at % PLATFORM_IDS.length] as PlatformId
    const terminal = new FakeTerminal(client, { serial: `TORTURE-${at + 1}`, platform, token: undefined })
    if (isFit(terminal)) terminals.push(terminal)
  }
  const code =
    (await askForCode(
      client,
      apiKey,
      terminals.map((one) => one.memory),
    )) ?? ''
  for (const terminal of terminals) {
    const answer = await terminal.enroll(code)
    if (answer.status !== 201) throw new Error(`enrolling ${terminal.persona.serial}: ${answer.body}`)
    // The first use makes the token the terminal's for good.
    await terminal.checkIn()
  }
  return terminals
}
