import { useWord } from '../../terminals/ui/words'

interface Failure {
  reason: string | null
  vendorCode: string | null
  message: string | null
}

/** Why a terminal could not or would not, in words, with what its maker calls it; empty where it said nothing. */
export function useReasonWords(): (failure: Failure) => string {
  const word = useWord()
  return ({ reason, vendorCode, message }) =>
    [reason && word('reason', reason), vendorCode, message].filter(Boolean).join(' · ')
}
