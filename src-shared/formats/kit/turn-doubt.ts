/** @file A box that is said to be turned, in a format whose boxes have no angle: CVAT writes it as an attribute. */
import type { Attributes } from '../reading/item'

const ROTATION = 'rotation'
const WHOLE_TURN = 360

/** null: nothing says that the box is turned. */
export function turnDoubt(attributes: Attributes): string | null {
  const value = attributes[ROTATION]
  const degrees = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof degrees !== 'number' || !Number.isFinite(degrees) || degrees % WHOLE_TURN === 0) return null
  return `Its attributes say a rotation of ${degrees} degrees, as CVAT writes it for a turned box; it was read upright.`
}
