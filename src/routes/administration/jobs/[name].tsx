import { JobPage } from '../../../features/jobs/ui/job-page'

export default function Job() {
  return <JobPage />
}
