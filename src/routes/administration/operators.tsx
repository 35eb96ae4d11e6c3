import { OperatorsPage } from '../../features/operators/ui/people/page'

export default function Operators() {
  return <OperatorsPage />
}
