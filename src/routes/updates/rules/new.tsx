import { NewRulePage } from '../../../features/updates/rules/ui/new-rule-page'

export default function NewRule() {
  return <NewRulePage />
}
