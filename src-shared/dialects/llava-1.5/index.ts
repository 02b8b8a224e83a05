/** @file LLaVA-1.5: boxes with two decimals, fractions of the padded square. */
import { fractionBrackets } from '../kit/fraction-brackets'
import { DECIMALS, LLAVA_PROFILE } from './profile'

export const llava15 = fractionBrackets({
  profile: LLAVA_PROFILE,
  decimals: DECIMALS,
  comma: ', ',
  official: /^\d(?:\.\d{1,3})?$/
})
