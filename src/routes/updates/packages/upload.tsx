import { UploadPage } from '../../../features/updates/packages/ui/upload/upload-page'

export default function UploadPackage() {
  return <UploadPage />
}
