/** @file 简体中文：由模型生成的掩码。 */
import type { masksWords as english } from '../en/masks'
import type { ChineseOf } from '../chinese'

export const masksWords: ChineseOf<typeof english> = {
  'change.region.mask': '由区域生成掩码',
  'command.mask.fromBox': '由框生成掩码',
  'command.mask.fromPoint': '由点生成掩码',
  'command.mask.stop': '停止生成掩码',
  'details.shownRegions': '依据',
  'mask.making': '模型正在生成掩码',
  'mask.title': '掩码',
  'mask.without_other': '有 {{count}} 个框中模型没有看到物体。',
  'model.makesMasks': '生成掩码'
}
