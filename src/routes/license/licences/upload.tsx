import { UploadPage } from '../../../features/licenses/ui/upload/upload-page'

export default function UploadLicences() {
  return <UploadPage />
}
