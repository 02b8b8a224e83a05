/** All keys of an English dictionary; Chinese has no singular of its own. */
export type ChineseOf<English extends object> = Readonly<Record<Exclude<keyof English, `${string}_one`>, string>>
