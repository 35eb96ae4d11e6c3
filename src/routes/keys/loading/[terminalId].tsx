import { TerminalKeysPage } from '../../../features/keys/loads/ui/terminal-page'

export default function TerminalKeys() {
  return <TerminalKeysPage />
}
