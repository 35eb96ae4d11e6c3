import { RulePage } from '../../../features/updates/rules/ui/rule-page'

export default function Rule() {
  return <RulePage />
}
