import { UploadPage } from '../../../features/apps/intake/ui/upload-page'

export default function UploadApplications() {
  return <UploadPage />
}
