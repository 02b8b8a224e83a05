/** @file 简体中文：由项目内容生成的训练对话。 */
import type { buildWords as english } from '../en/build'
import type { ChineseOf } from '../chinese'

export const buildWords: ChineseOf<typeof english> = {
  'build.again': '继续生成',
  'build.already_other': '另有 {{count}} 段对话已在项目中。',
  'build.answer': '答',
  'build.byModel': '由模型生成',
  'build.byRule': '由规则生成',
  'build.done_other': '已写入 {{count}} 段新对话',
  'build.doneTitle': '生成完成',
  'build.images_other': '有对话的图像',
  'build.language': '对话语言',
  'build.languageAuto': '与标签一致',
  'build.markNote': '新对话会标记为由规则生成，而非人工。',
  'build.none': '目前还不能生成对话。',
  'build.noneNext': '对话由带标签的区域、描述和关系生成。请先标注一些区域、接受建议框，或换一种配方。',
  'build.nothingNew': '项目中已有全部这些对话，没有写入任何内容。',
  'build.perImage': '每张图像',
  'build.points': '以点代替框来提问',
  'build.problem.perImage': '每张图像的对话数应为 1 到 1000 的整数。',
  'build.problem.seed': '随机种子应为整数。',
  'build.problem.tasks': '请至少选择一种任务。',
  'build.proposals': '把尚未决定的建议框当作正确',
  'build.question': '问',
  'build.recipe': '配方',
  'build.recipe.grit': '带区域的描述（GRIT、Kosmos-2）',
  'build.recipe.instructdet': '指代多个对象的表达（InstructDET）',
  'build.recipe.pink': '关系、方位与计数（Pink）',
  'build.recipe.shikra': '指代对话（Shikra）',
  'build.running': '正在生成',
  'build.samples': '示例',
  'build.tasks': '任务',
  'build.title': '生成训练对话',
  'build.undo_other': '撤销 {{count}} 次即可全部收回。',
  'build.write': '写入项目',
  'command.project.build': '生成训练对话'
}
