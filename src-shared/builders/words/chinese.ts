/** @file Chinese words for what builders say. */
import type { Part, Side } from '../places'

const DIGITS = '零一二三四五六七八九十'
/** For counting: 两, not 二. */
export const numberWord = (count: number): string =>
  count === 2 ? '两' : count <= 10 ? (DIGITS[count] ?? String(count)) : String(count)
export const ordinalWord = (place: number): string => `第${DIGITS[place] ?? String(place)}`

const MEASURES: readonly (readonly [string, string])[] = [
  ['只', '狗 猫 鸟 鸡 鸭 鹅 羊 兔 熊 猴 虎 狮 象 鹿 企鹅 蝴蝶 狐狸 老鼠 猫头鹰 手 杯子 碗'],
  ['匹', '马 斑马 狼 骆驼'],
  ['头', '牛 猪 驴'],
  ['条', '鱼 蛇 裤子 领带 毛巾 围巾 船 鲸 鲨鱼 河'],
  ['辆', '车 自行车 摩托车 卡车 坦克'],
  ['架', '飞机 钢琴 直升机'],
  ['艘', '轮船 帆船'],
  ['张', '桌子 床 椅子 沙发 纸 餐桌'],
  ['把', '刀 叉子 勺子 伞 雨伞 剪刀 椅子 钥匙 梳子 吉他'],
  ['本', '书 杂志'],
  ['台', '电视 电脑 冰箱 洗衣机 相机 微波炉 笔记本电脑'],
  ['棵', '树 草 白菜'],
  ['朵', '花 云 蘑菇'],
  ['座', '山 桥 房子 建筑 塔'],
  ['顶', '帽子 帐篷'],
  ['件', '衬衫 外套 衣服'],
  ['块', '蛋糕 石头 手表 面包'],
  ['根', '香蕉 胡萝卜 杆'],
  ['颗', '星星 草莓 樱桃'],
  ['扇', '门 窗户'],
  ['盏', '灯'],
  ['瓶', '酒 水'],
  ['面', '旗 镜子']
]
const byNoun = new Map(MEASURES.flatMap(([measure, nouns]) => nouns.split(' ').map((noun) => [noun, measure] as const)))

/** By the longest ending that has one of its own: 猫头鹰 before 鹰; 个 for the rest. */
export function measureOf(noun: string): string {
  for (let start = 0; start < noun.length; start++) {
    const measure = byNoun.get(noun.slice(start))
    if (measure !== undefined) return measure
  }
  return '个'
}

export const SIDE_WORDS: Readonly<Record<Side, { of: string; extreme: string; one: string; from: string }>> = {
  left: { of: '左边', extreme: '最左边的', one: '左边的', from: '从左数' },
  right: { of: '右边', extreme: '最右边的', one: '右边的', from: '从右数' },
  top: { of: '上方', extreme: '最上面的', one: '上面的', from: '从上数' },
  bottom: { of: '下方', extreme: '最下面的', one: '下面的', from: '从下数' }
}

const PARTS: Readonly<Record<Part, string>> = {
  'top-left': '左上方',
  top: '上方',
  'top-right': '右上方',
  left: '左侧',
  center: '中央',
  right: '右侧',
  'bottom-left': '左下方',
  bottom: '下方',
  'bottom-right': '右下方'
}
export const partWords = (part: Part): string => PARTS[part]
/** As the questions list them. */
export const PART_ANSWERS: Readonly<Record<Part, string>> = {
  'top-left': '左上',
  top: '上',
  'top-right': '右上',
  left: '左',
  center: '中',
  right: '右',
  'bottom-left': '左下',
  bottom: '下',
  'bottom-right': '右下'
}
