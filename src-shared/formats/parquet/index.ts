/** @file Formats in Parquet files: a table of boxes, and GRIT. */
export { gritParquet } from './grit'
export { parquetRegions } from './regions'
