/**
 * @file How large a record may be. Far above what people make, far below what would hurt: they stop
 * a broken or hostile sender, and whoever reaches one gets a message that names it.
 */
export const RECORD_LIMITS = {
  /** UTF-16 units, as all lengths here. */
  idLength: 128,
  nameLength: 512,
  phraseLength: 4_000,
  /** Text of one node or one answer. */
  textLength: 200_000,
  handleLength: 4_096,
  nodesPerList: 10_000,
  regionIdsPerNode: 10_000,
  changesPerTransaction: 50_000,
  imagesPerPage: 1_000,
  /** Levels of objects and lists in one request. */
  depth: 40,
  /** Of all rings together. Pixel outlines of a large mask have tens of thousands. */
  pointsPerShape: 200_000,
  ringsPerShape: 20_000,
  /** Characters of run lengths: a mask of noise on 12 megapixels. */
  maskLength: 16_000_000,
  attributesPerRegion: 200,
  /** Absolute value of a normalized coordinate; out-of-image values are data, these are not. */
  coordinate: 1_000_000
} as const
