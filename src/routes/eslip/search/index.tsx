import { SearchPage } from '../../../features/eslips/browse/ui/search-page'

export default function Search() {
  return <SearchPage />
}
