import { AlertRulesPage } from '../../features/alerts/ui/rules/rules-page'

export default function AlertRules() {
  return <AlertRulesPage />
}
