import { JobsPage } from '../../../features/jobs/ui/jobs-page'

export default function Jobs() {
  return <JobsPage />
}
