import { ApiDocsPage } from '../../features/api-docs/ui/page'

export default function ApiDocs() {
  return <ApiDocsPage />
}
