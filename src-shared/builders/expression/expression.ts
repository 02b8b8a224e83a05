/** @file What words single out, as data: it is evaluated against the regions and worded in either language. */
import type { RegionId } from '../../grounded/nodes'
import type { Part, Side } from '../places'

/** "the red dog": a class, and what it must be besides. */
export interface Base {
  readonly className: string
  readonly attribute: { readonly key: string; readonly value: string } | null
}

export type Selector =
  /** All of them, or the only one. */
  | { readonly kind: 'all' }
  /** The one on that side, of two. */
  | { readonly kind: 'side'; readonly side: Side }
  | { readonly kind: 'extreme'; readonly side: Side }
  /** Counted from a side, from 1. */
  | { readonly kind: 'ordinal'; readonly place: number; readonly side: Side }
  /** So many as are nearest to a side. */
  | { readonly kind: 'first'; readonly count: number; readonly side: Side }
  | { readonly kind: 'size'; readonly extreme: 'largest' | 'smallest' }
  | { readonly kind: 'part'; readonly part: Part }
  /** On that side of the only thing of another class. */
  | { readonly kind: 'beside'; readonly side: Side; readonly anchor: Base }
  | { readonly kind: 'distance'; readonly extreme: 'nearest' | 'farthest'; readonly anchor: Base }
  /** In a relation that the project holds, to the only thing of another class. */
  | { readonly kind: 'related'; readonly predicate: string; readonly anchor: Base }

export type Expression =
  | { readonly kind: 'one'; readonly base: Base; readonly selector: Selector }
  /** All of a class but those. */
  | { readonly kind: 'except'; readonly base: Base; readonly selector: Selector }
  | { readonly kind: 'union'; readonly parts: readonly [SimpleExpression, SimpleExpression] }
export type SimpleExpression = Extract<Expression, { readonly kind: 'one' }>

export const EXPRESSION_KINDS = [
  'class',
  'attribute',
  'position',
  'ordinal',
  'size',
  'relation',
  'exclusion',
  'union'
] as const
/** The ways of telling things apart that InstructDET's expressions show, as one names them in a recipe. */
export type ExpressionKind = (typeof EXPRESSION_KINDS)[number]

export function kindOfExpression(expression: Expression): ExpressionKind {
  if (expression.kind === 'except') return 'exclusion'
  if (expression.kind === 'union') return 'union'
  switch (expression.selector.kind) {
    case 'all':
      return expression.base.attribute === null ? 'class' : 'attribute'
    case 'ordinal':
      return 'ordinal'
    case 'size':
      return 'size'
    case 'beside':
    case 'distance':
    case 'related':
      return 'relation'
    default:
      return 'position'
  }
}

export interface Meaning {
  readonly expression: Expression
  /** What it singles out, in the order of the document. */
  readonly ids: readonly RegionId[]
}
