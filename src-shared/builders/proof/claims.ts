/** @file Claims that are made of one world, and which of them do not hold there. */
import type { GroundedRegion } from '../../grounded/nodes'
import { allCalled, fits, readCounted } from './reading'
import type { Tongue } from './reading'
import type { Link } from './said'
import { isOnSide } from './world'
import type { Being, World } from './world'

const SIDES: Readonly<Record<string, string>> = {
  'to the left of': 'left',
  'to the right of': 'right',
  above: 'top',
  below: 'bottom',
  左边: 'left',
  右边: 'right',
  上方: 'top',
  下方: 'bottom'
}

/** In any order. */
export const isSame = (a: readonly string[] | null, b: readonly string[]): boolean =>
  a !== null && a.toSorted().join() === b.toSorted().join()

export class Claims {
  readonly world: World
  readonly tongue: Tongue
  /** What does not hold. */
  readonly problems: string[] = []

  readonly #points: readonly GroundedRegion[]

  /** `points`: regions that the dialogue brings itself. */
  constructor(world: World, tongue: Tongue, points: readonly GroundedRegion[] = []) {
    this.world = world
    this.tongue = tongue
    this.#points = points
  }

  expect(isTrue: boolean, what: string): void {
    if (!isTrue) this.problems.push(what)
  }

  /** What a region is here; undefined: nothing, or nothing that is settled. */
  being(id: string): Being | undefined {
    const point = this.#points.find((region) => region.id === id)?.shape
    if (point?.type !== 'point') return this.world.beings.find((being) => being.id === id)
    // What a point means is what alone lies under it.
    const [x, y] = [point.point[0] * this.world.width, point.point[1] * this.world.height]
    const under = this.world.beings.filter(
      ({ left, top, right, bottom }) => x >= left && x <= right && y >= top && y <= bottom
    )
    return under.length === 1 ? under[0] : undefined
  }

  /** Words of a person's own are theirs to answer for; only that nobody else has them. */
  singlesOut(words: string, ids: readonly string[]): void {
    const own = this.world.beings.filter(({ phrase }) => phrase === words)
    if (own.length === 1 && ids.length === 1 && own[0]?.id === ids[0]) return
    this.expect(isSame(fits(this.world, words, this.tongue), ids), `“${words}” is not ${ids.join(' ')}`)
  }

  /** They are what they are called, and as many as the words say. */
  counted({ words, ids }: Link): void {
    const read = readCounted(words, this.tongue)
    this.expect(read !== null, `“${words}” is not read`)
    if (read === null) return
    if (read.count !== null) this.expect(read.count === ids.length, `“${words}” has ${ids.length}`)
    this.expect(
      ids.every((id) => this.being(id)?.names.has(read.noun) === true),
      `“${words}” is something else`
    )
  }

  /** All of its kind in the image. */
  whole(link: Link): void {
    this.counted(link)
    const noun = readCounted(link.words, this.tongue)?.noun ?? ''
    this.expect(isSame(allCalled(this.world, noun), link.ids), `“${link.words}” are not all`)
  }

  /** The only one of a noun; '' where there is none, which is a problem as well. */
  lone(noun: string): string {
    const [id = '', ...more] = allCalled(this.world, noun.toLowerCase())
    this.expect(more.length === 0 && id !== '', `“${noun}” is not one`)
    return id
  }

  /** Whether `a` is on the side of `b` that the words say; false as well where that is not read. */
  isBeside(a: string, b: string, words: string): boolean {
    const [x, y, side] = [this.being(a), this.being(b), SIDES[words]]
    if (x !== undefined && y !== undefined && side !== undefined) return isOnSide(x, y, side)
    this.expect(false, `“${words}” is not read`)
    return false
  }
}
