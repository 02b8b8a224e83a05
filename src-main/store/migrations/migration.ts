/** @file What a migration is: one numbered step of the schema, plain SQL. */
export interface Migration {
  /** From 1, without gaps; becomes `user_version`. */
  readonly version: number
  readonly sql: string
}
