import { AnalysisPage } from '../../features/monitoring/analysis/ui/analysis-page'

export default function Route() {
  return <AnalysisPage />
}
