/** @file Names that may mean one kind of thing: "car" and "red car", "person" and "man". What is so is not counted apart. */

const FAMILIES: readonly (readonly string[])[] = [
  [
    'person people human man woman boy girl child kid baby toddler lady gentleman guy adult player rider worker',
    'pedestrian driver skier surfer cyclist skateboarder face head'
  ],
  ['animal dog cat puppy kitten horse cow sheep bird duck goose elephant bear zebra giraffe rabbit pet'],
  ['vehicle car truck bus van motorcycle bicycle bike motorbike taxi suv'],
  ['boat ship sailboat'],
  ['airplane plane aircraft jet'],
  ['couch sofa furniture chair seat armchair stool bench'],
  ['cup mug glass'],
  ['tv television monitor screen'],
  ['phone cellphone telephone mobile'],
  ['人 男人 女人 男孩 女孩 孩子 小孩 儿童 婴儿 行人 司机 男子 女子 人物 人脸 头'],
  ['动物 狗 小狗 猫 小猫 马 牛 羊 鸟 鸭子 兔子 大象 熊 斑马 长颈鹿 宠物'],
  ['车 汽车 轿车 卡车 公交车 公共汽车 摩托车 自行车 出租车 面包车 车辆'],
  ['船 轮船 帆船'],
  ['飞机 客机'],
  ['沙发 椅子 座椅 凳子 长椅 家具'],
  ['杯子 马克杯 玻璃杯'],
  ['电视 显示器 屏幕'],
  ['手机 电话']
].map((lines) => lines.flatMap((line) => line.split(' ')))

/** The general name of a family; its members exclude each other, but not it. */
const GENERAL = new Set(['person', 'people', 'human', 'animal', 'vehicle', 'furniture', 'pet'])
const GENERAL_ZH = new Set(['人', '人物', '动物', '车', '车辆', '家具', '宠物', '船'])
/** Families whose members are not exclusive: one may be called by another's name. */
const LOOSE = new Set([0, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17])
/** Members of a family of exclusive kinds that contain one another all the same. */
const NESTED: readonly (readonly [string, string])[] = [
  ['dog', 'puppy'],
  ['cat', 'kitten'],
  ['bird', 'duck'],
  ['bird', 'goose'],
  ['car', 'taxi'],
  ['car', 'suv'],
  ['bicycle', 'bike'],
  ['motorcycle', 'bike'],
  ['motorcycle', 'motorbike'],
  ['bike', 'motorbike'],
  ['car', 'van'],
  ['truck', 'van'],
  ['狗', '小狗'],
  ['猫', '小猫'],
  ['鸟', '鸭子'],
  ['汽车', '轿车'],
  ['汽车', '卡车'],
  ['汽车', '公交车'],
  ['汽车', '公共汽车'],
  ['汽车', '出租车'],
  ['汽车', '面包车'],
  ['轿车', '出租车'],
  ['公交车', '公共汽车']
]

const HAN = /\p{Script=Han}/u
const wordsOf = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[\s_/-]+/)
    .filter((word) => word !== '')

function ends(long: string, short: string): boolean {
  if (HAN.test(short)) return long.endsWith(short)
  const [a, b] = [wordsOf(long), wordsOf(short)]
  return b.length > 0 && a.length >= b.length && b.every((word, i) => word === a[a.length - b.length + i])
}

const known = new Map<string, boolean>()
/** Names of one project are asked about again and again, from image to image. */
const MOST_KNOWN = 50_000

/** Whether a thing of one class might also be called by the name of the other. Case does not matter. */
export function mayBeOneKind(a: string, b: string): boolean {
  const key = a < b ? `${a}\n${b}` : `${b}\n${a}`
  const said = known.get(key) ?? areOneKind(a, b)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(key, said)
  return said
}

function areOneKind(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()]
  if (one === other || ends(one, other) || ends(other, one)) return true
  const heads = [one, other].map((name) => (HAN.test(name) ? name : (wordsOf(name).at(-1) ?? name)))
  const [first = one, second = other] = heads
  for (const [i, family] of FAMILIES.entries()) {
    if (!family.includes(first) || !family.includes(second)) continue
    if (LOOSE.has(i)) return true
    if ([first, second].some((name) => GENERAL.has(name) || GENERAL_ZH.has(name))) return true
    if (NESTED.some(([x, y]) => (x === first && y === second) || (x === second && y === first))) return true
  }
  return false
}
