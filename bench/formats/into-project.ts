/** @file From the file into a project: what the importer takes for all of it, timed beside pycocotools and datumaro. */
import type { BenchOptions, Row } from '../lib/row'
import type { CocoFile } from './synthetic-coco'

/** No row until there is an importer to measure. */
export const measureIntoProject = async (_file: CocoFile, _options: BenchOptions): Promise<readonly Row[]> => []
