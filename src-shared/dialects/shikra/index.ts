/** @file Shikra's three variants as dialects. */
import type { Dialect } from '../dialect'
import { shikraGrammar } from './grammar'
import { NOTATIONS } from './notation'
import { ShikraStream, parseShikra } from './parse'
import { printShikra } from './print'
import { SHIKRA_PROFILES } from './profile'
import type { ShikraVariant } from './profile'

function shikraDialect(variant: ShikraVariant): Dialect {
  const notation = NOTATIONS[variant]
  return {
    profile: SHIKRA_PROFILES[variant],
    parse: (source, context) => parseShikra(notation, source, context),
    print: (tree, context) => printShikra(notation, tree, context),
    stream: (context) => new ShikraStream(notation, context),
    grammar: (options) => shikraGrammar(variant, options)
  }
}

export const shikra = shikraDialect('plain')
export const shikraSmallBrackets = shikraDialect('small-brackets')
export const shikraToken = shikraDialect('token')
