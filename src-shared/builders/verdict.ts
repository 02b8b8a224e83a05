/**
 * @file Three answers to "is it so?". What boxes do not settle is `unclear`, and nothing unclear is ever said: a
 * builder would rather make no turn than one that a person, or another way of measuring, would contradict.
 */
export type Verdict = 'yes' | 'no' | 'unclear'

export const both = (a: Verdict, b: Verdict): Verdict =>
  a === 'no' || b === 'no' ? 'no' : a === 'yes' && b === 'yes' ? 'yes' : 'unclear'

export const either = (a: Verdict, b: Verdict): Verdict =>
  a === 'yes' || b === 'yes' ? 'yes' : a === 'no' && b === 'no' ? 'no' : 'unclear'

export const not = (a: Verdict): Verdict => (a === 'yes' ? 'no' : a === 'no' ? 'yes' : 'unclear')
