import { RulesPage } from '../../../features/updates/rules/ui/rules-page'

export default function Rules() {
  return <RulesPage />
}
