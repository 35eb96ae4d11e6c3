import { TerminalPage } from '../../../features/monitoring/status/ui/terminal/terminal-page'

export default function Route() {
  return <TerminalPage />
}
