/** @file The first minute: a Node that can run everything, and the dependencies. */
import { ensureDependencies } from './dependencies.mjs'
import { findNode } from './node.mjs'

/** Path of the Node to run everything with. Throws `Stop`. */
export async function setUp() {
  const node = await findNode()
  await ensureDependencies()
  return node
}
