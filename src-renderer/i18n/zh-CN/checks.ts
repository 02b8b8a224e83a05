/** @file 简体中文：数据检查。 */
import type { checksWords as english } from '../en/checks'
import type { ChineseOf } from '../chinese'

export const checksWords: ChineseOf<typeof english> = {
  'change.turn.rewrite': '改写文字',
  'checks.clean': '没有发现问题。',
  'checks.fix.delete-region': '删除区域',
  'checks.fix.link': '链接文字',
  'checks.fix.relink': '去掉链接',
  'checks.fix.replace-shape': '修正形状',
  'checks.fix.rewrite': '修正文字',
  'checks.fixGone': '这里已没有需要修正的内容。',
  'checks.found_other': '有 {{count}} 处需要查看',
  'checks.foundRegion': '检查发现此区域有问题',
  'checks.image': '当前图像',
  'checks.more': '显示更多（{{count}}）',
  'checks.progress': '{{done}} / {{total}} 张图像',
  'checks.project': '整个项目',
  'checks.projectNote': '检查全部图像的文字与区域、形状、标签和划分；不作任何改动。',
  'checks.run': '检查全部图像',
  'checks.runAgain': '重新检查',
  'checks.severity.error': '有误',
  'checks.severity.note': '值得了解',
  'checks.severity.warning': '可疑',
  'checks.summary_other': '{{images}} 张图像，{{count}} 处发现',
  'checks.wholeProject': '项目',
  'command.project.check': '检查全部图像',
  'rail.checks': '检查'
}
