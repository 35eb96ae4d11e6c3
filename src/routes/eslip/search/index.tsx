import { SearchPage } from '../../../features/eslips/search/ui/search-page'

export default function Search() {
  return <SearchPage />
}
