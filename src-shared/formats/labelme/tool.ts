/**
 * @file LabelMe JSON and its superset, the JSON of X-AnyLabeling: one file for each image, with the same keys. Sources:
 * wkentaro/labelme 6.3.1 labelme/_label_file.py, _shape.py, utils/shape.py; CVHub520/X-AnyLabeling 4.2.1
 * anylabeling/views/labeling/label_file.py, shape.py, schema.py. Coordinates are pixels of the upright image, edges.
 *
 * [Note: Rectangles of X-AnyLabeling]
 * Before 2.2.0 a rectangle was two opposite corners, as in LabelMe; since then it is four, from the top-left clockwise.
 * Both are read for both tools. A `rotation` is four corners; its `direction` (radians) says the same again.
 *
 * [Note: The key `eyrie`]
 * Both tools keep keys they do not know when they save. What a region has and the tool cannot say is written under
 * `eyrie` in its shape, so that it comes back after a visit to the tool:
 *
 *     unlabelled   the word written as `label` because the region has none
 *     shape        `quad`: the four corners of a `polygon`
 *     part         [number of the region, rings in all]: outlines that are one region; `group_id` too where it has none
 *     keypoints    [[x, y, visibility], …] behind the shape `points`, which has the labelled ones only, or behind their
 *                  `rectangle` where none is labelled
 *     box          [x0, y0, x1, y1] of keypoints, pixels
 *     attributes   those that are no words
 *     state, origin
 *
 * and at the top `image`: the image's path below the image folder, where `imagePath` is its name alone.
 */
import type { FormatKeeps } from '../keeps'

export interface LabelTool {
  readonly id: 'labelme' | 'x-anylabeling'
  readonly name: string
  /** Written as `version`. */
  readonly version: string
  /** A list of classes, one a line, that the tool takes beside its files. */
  readonly classFile: string
  /** Lines of it that are no classes. */
  readonly pseudoClasses: readonly string[]
  readonly hasMasks: boolean
  readonly rectanglePoints: 2 | 4
  /** What the tool calls four corners. */
  readonly turnedRectangle: string
  readonly quadrilateral: string | null
  readonly folder: string
  readonly keeps: FormatKeeps
}

export const UNLABELLED = 'unlabelled'
