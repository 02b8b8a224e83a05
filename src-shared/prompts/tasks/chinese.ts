/** @file Our own Chinese wordings, several to a task, for models that take free words. */
import type { TaskId } from './task'

export const CHINESE: Readonly<Record<TaskId, readonly string[]>> = {
  rec: [
    '{expression}在哪里？请给出它的框。',
    '请在图中找到{expression}，并用框标出。',
    '请指出{expression}的位置，用边界框回答。'
  ],
  'find-all': [
    '请找出图中所有的{expression}，每个给一个框；没有就说没有。',
    '请标出全部{expression}，一个一框；若不存在，请回答“没有”。',
    '图中哪些地方符合“{expression}”？请全部列出，或说明没有。'
  ],
  reg: [
    '请用一个短语描述{region}，使它只指这一处。',
    '怎样称呼{region}才不会与其他东西混淆？',
    '请写出能唯一指明{region}的话。'
  ],
  'region-caption': ['{region}里是什么？', '请描述{region}处的内容。', '请用一句话说明{region}中有什么。'],
  'region-class': ['{region}是哪一类物体？', '请说出{region}的类别。', '{region}属于什么类别？'],
  caption: ['请描述这张图片。', '这张图片展示了什么？', '请用一句话概括图中的内容。'],
  'grounded-caption': [
    '请描述图片，并用框标出你提到的每个事物。',
    '请写一段图片说明，并给出所提事物的位置。',
    '图中发生了什么？请在提到的每个物体后面附上框。'
  ],
  vqa: ['{question}', '{question}请简短回答。', '请看图，用几个字回答：{question}'],
  'vqa-cot': ['{question}请先说明理由，再给出答案。', '{question}请想清楚再回答。', '请一步一步得出答案：{question}'],
  'vqa-gcot': [
    '{question}请先说明理由，并用框标出其中的每个物体，再给出答案。',
    '{question}回答前先推理，提到的东西都要附上边界框。',
    '请用带框的理由说明你看了哪里，再回答：{question}'
  ],
  'vqa-pcot': [
    '{question}请先说明理由，并用点标出其中的每个物体，再给出答案。',
    '{question}回答前先推理，提到的东西都要附上中心点。',
    '请用带点的理由说明你看了哪里，再回答：{question}'
  ],
  choice: [
    '{question}\n{options}\n请从中选择一个回答。',
    '{question}请选择：\n{options}',
    '请选出正确答案。\n{question}\n{options}'
  ],
  'box-qa': ['关于{region}：{question}', '{question}这里问的是{region}。', '请看{region}。{question}'],
  'point-qa-local': [
    '在{region}处：{question}',
    '{question}我指的是{region}处的东西。',
    '请看{region}这一点。{question}'
  ],
  'point-qa-twice': [
    '先看{region}处是什么，再看整张图片：{question}',
    '{region}指明了我说的东西。结合图中其余部分，{question}',
    '请以{region}处的事物为准，就整张图回答：{question}'
  ],
  'relation-predicate': [
    '{subject}与{object}是什么关系？',
    '请用一两个词说明{subject}对{object}的关系。',
    '请说出从{subject}到{object}的关系。'
  ],
  'relation-object': [
    '请找出{subject}{predicate}的东西，并给出框。',
    '{subject}{predicate}某个东西，它在哪里？',
    '请用框标出所有被{subject}{predicate}的东西。'
  ],
  'relation-subject': [
    '请找出{predicate}{object}的东西，并给出框。',
    '有东西{predicate}{object}，它在哪里？',
    '请用框标出每个{predicate}{object}的东西。'
  ],
  'coarse-location': [
    '{expression}在图片的哪个部分：左上、上、右上、左、中、右、左下、下还是右下？',
    '请大致说明{expression}的位置（上、下、左、右、中，或其中两个）。',
    '{expression}偏上还是偏下，偏左还是偏右，或者在中间？'
  ],
  'coarse-find': [
    '图片{position}有什么？请说出名称并给出框。',
    '请列出{position}部分的所有东西，并附上框。',
    '请只看图片的{position}，标出那里的东西。'
  ],
  counting: [
    '图中有多少{expression}？请用数字回答。',
    '请数一数图中的{expression}，给出数目。',
    '{expression}的数量是多少？'
  ],
  'detect-classes': [
    '请找出以下类别的所有物体，并给出框和类别：{classes}。',
    '请检测：{classes}。每个实例都用框标出。',
    '图中哪些物体属于{classes}？请逐一标框并注明类别。'
  ],
  'detect-all': [
    '请找出图中所有物体，给出框和名称。',
    '请检测你能看到的一切，并给每个框加上标签。',
    '请列出每个物体及其位置。'
  ],
  'detect-example': [
    '请找出所有与{region}同类的物体，并用框标出。',
    '{region}是一个例子。这类东西还出现在哪里？',
    '请检测所有像{region}那样的东西。'
  ],
  segment: ['请勾出{expression}的轮廓。', '请画出{expression}的边缘。', '请分割{expression}。'],
  'segment-region': ['请勾出{region}中物体的轮廓。', '请给出{region}里东西的边缘。', '请分割{region}中的物体。'],
  ocr: ['请读出图中的所有文字。', '请写下这里能读到的每个字。', '图中写着什么？'],
  'ocr-spotting': [
    '请读出图中所有文字，并给出每一行的位置。',
    '请转写每一行文字，并附上框。',
    '哪里有文字，写的是什么？请逐行回答。'
  ],
  'ocr-region': ['{region}里写着什么？', '请读出{region}中的文字。', '请转写{region}。'],
  existence: [
    '图中有{expression}吗？请回答有或没有。',
    '能看到{expression}吗？请回答是或否。',
    '是或否：这里有{expression}。'
  ],
  comparison: [
    '请比较{first}和{second}：哪些相同，哪些不同？',
    '{first}和{second}有什么区别？',
    '请说明怎样区分{first}和{second}。'
  ]
}
